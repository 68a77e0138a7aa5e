using DoubleRandom.Basics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DoubleRandom.Host.Web;

/// <summary>The one mapping of refusals to HTTP.</summary>
public static class Problems
{
    /// <summary>RFC 9457 with <c>code</c>, what clients branch on, and <c>field</c> where one is concerned.</summary>
    /// <param name="status">Null: what the refusal's kind says.</param>
    public static ProblemHttpResult ToProblem(this Refusal refusal, int? status = null) => TypedResults.Problem(
        title: Texts.Of(refusal),
        statusCode: status ?? refusal.Kind switch
        {
            RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status409Conflict,
        },
        type: $"urn:doublerandom:{refusal.Code}",
        extensions: new Dictionary<string, object?> { ["code"] = refusal.Code, ["field"] = refusal.Field });
}
