using System.Text.Json;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Host.Studio;
using Microsoft.AspNetCore.Diagnostics;

namespace DoubleRandom.Host.Web;

/// <summary>What a program sent and the server cannot read, named by its place: a field of the body, a parameter of the address, or the line where the JSON breaks.</summary>
internal sealed partial class UnreadableRequestHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad) return false;
        var answer = httpContext.Request.Path.StartsWithSegments(StudioApi.Root) ? StudioWire.Refuse(Explain(bad)) : Explain(bad).ToProblem();
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    private static Refusal Explain(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
        {
            // "$.values.count"; a body that is no JSON has no field, only a place.
            if (json.Path is { Length: > 2 } path) return Refusal.Invalid("api.bad-field", path[2..], path[2..]);
            if (json.LineNumber is { } line) return Refusal.Invalid("api.bad-json", null, line + 1, (json.BytePositionInLine ?? 0) + 1);
        }
        return Parameter().Match(bad.Message) is { Success: true, Groups: [_, { Value: var name }] } && name != "body" ? Refusal.Invalid("api.bad-field", name, name) : Refusal.Invalid("api.bad-request", null);
    }

    /// <summary>ASP.NET Core names the parameter in its message only: <c>Failed to bind parameter "int page" from "x".</c></summary>
    [GeneratedRegex("""parameter "[^" ]+(?: [^" ]+)* (\w+)" """, RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
