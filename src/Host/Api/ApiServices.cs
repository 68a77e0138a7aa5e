using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace DoubleRandom.Host.Api;

/// <summary>
/// The programs' door, over the same handlers as the pages: signed-in people only, problem details (RFC 9457) with code, Chinese text and field,
/// the anti-forgery token on every change, one operation id a press.
/// </summary>
internal static class ApiServices
{
    /// <summary>One GUID a press of a button: the same operation a second time changes nothing. Without it the server makes one.</summary>
    public const string OperationHeader = "Operation-Id";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails(o => o.CustomizeProblemDetails = SayInChinese);
        services.AddExceptionHandler<DatabaseTroubleHandler>();
        services.AddExceptionHandler<UnreadableRequestHandler>();
        // Thrown and not just answered, so that the place of the fault can be told.
        services.Configure<RouteHandlerOptions>(static o => o.ThrowOnBadRequest = true);
        services.AddOpenApi();
        return services;
    }

    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/api").RequireAuthorization().AddEndpointFilter(GuardAsync).WithTags("DoubleRandom");
        // Of the rest nothing belongs to somebody who is not of the office.
        var everybody = api.MapGroup("").WithMetadata(new OpenToOutsidersAttribute());
        everybody.MapSession();
        everybody.MapWorkItems();
        api.MapCases();
        api.MapDeadlines();
        api.MapDeadlineRules();
        api.MapCalendar();
        api.MapIncidents();
        api.MapMigrations();
        api.MapRegisters();
        api.MapPlans();
        api.MapOffice();
        api.MapPublications();
        // Whatever else is asked for under /api is answered as a program expects it, never by a page.
        api.MapGet("/{*path}", () => Refusal.NotFound("api.no-such-path").ToProblem()).WithOrder(int.MaxValue).ExcludeFromDescription();
    }

    /// <summary>A person's page and nobody else's: a change needs the token that only our own pages and <c>GET /api/session</c> give.</summary>
    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        // An optional parameter that cannot be read is told in no other way; which of them it was is not said.
        if (http.Response.StatusCode is StatusCodes.Status400BadRequest) return Refusal.Invalid("api.bad-parameters", null, string.Join('、', http.Request.Query.Keys)).ToProblem();
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return await next(invocation);
        if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)) return Refusal.Invalid("api.forged", null).ToProblem();
        if (http.Request.Headers.TryGetValue(OperationHeader, out var given) && !Guid.TryParse(given, out _)) return Refusal.Invalid("api.bad-operation", OperationHeader, OperationHeader).ToProblem();
        return await next(invocation);
    }

    /// <summary>One unit of work around one handler, as the person who is signed in.</summary>
    public static async Task<IResult> RunAsync<T>(
        HttpContext http, Func<IServiceProvider, ChangeContext, CancellationToken, Task<Result<T>>> work, Func<T, object?> answer, string? reason = null) where T : notnull
    {
        var services = http.RequestServices;
        var change = Change(http, reason);
        var result = await services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => work(s, change, ct), http.RequestAborted);
        return result.Refusal is { } refusal ? refusal.ToProblem() : Results.Ok(answer(result.Value));
    }

    public static ChangeContext Change(HttpContext http, string? reason = null)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var operation = Guid.TryParse(http.Request.Headers[OperationHeader], out var id) ? id : Ids.New(time.UtcNow);
        return http.RequestServices.GetRequiredService<CurrentActor>().Change(reason, operation);
    }

    public static Actor Actor(HttpContext http) => http.RequestServices.GetRequiredService<CurrentActor>().Actor!;

    /// <summary>What ASP.NET Core answers by itself (a body that is no JSON, a wrong method, an exception) carries code and Chinese text too.</summary>
    private static void SayInChinese(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions["traceId"] = context.HttpContext.TraceIdentifier;
        if (problem.Extensions.ContainsKey("code")) return;
        var code = problem.Status switch
        {
            StatusCodes.Status400BadRequest => "api.bad-request",
            StatusCodes.Status401Unauthorized => "api.sign-in",
            StatusCodes.Status403Forbidden => "api.forbidden",
            StatusCodes.Status404NotFound => "api.no-such-path",
            StatusCodes.Status405MethodNotAllowed => "api.wrong-method",
            StatusCodes.Status413PayloadTooLarge => "api.too-large",
            StatusCodes.Status415UnsupportedMediaType => "api.wrong-type",
            >= 500 => "api.failed",
            _ => "api.bad-request",
        };
        (problem.Title, problem.Type, problem.Detail) = (Texts.Of(code), $"urn:doublerandom:{code}", null);
        problem.Extensions["code"] = code;
    }
}

internal static class SessionRoutes
{
    public static void MapSession(this IEndpointRouteBuilder api)
        => api.MapGet("/session", Get).WithSummary("登录的是谁；改动时要带的防伪令牌");

    private static SessionView Get(HttpContext http, IAntiforgery antiforgery, DemoState demo)
    {
        var actor = ApiServices.Actor(http);
        var tokens = antiforgery.GetAndStoreTokens(http);
        return new SessionView(actor.Name, [.. actor.Roles.Order(StringComparer.Ordinal)], actor.RegisterNumber, actor.Section, tokens.HeaderName!, tokens.RequestToken!, demo.IsDemo, demo.OfficeNow);
    }
}

/// <param name="TokenHeader">The header in which a change carries <paramref name="Token"/>.</param>
/// <param name="OfficeNow">The office's clock; a demonstration's own.</param>
internal sealed record SessionView(string Name, IReadOnlyList<string> Roles, string? RegisterNumber, string? Section, string TokenHeader, string Token, bool IsDemo, DateTimeOffset OfficeNow);
