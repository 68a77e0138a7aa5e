using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Parts;

/// <summary>
/// What every staff page has: the person, questions in a scope of their own (layout and page are rendered at the same time and must not
/// share a context), writes through the unit of work and the handlers the API uses.
/// </summary>
public abstract class StaffPage : ComponentBase
{
    [Inject]
    private IServiceScopeFactory Scopes { get; set; } = null!;

    [Inject]
    private IUnitOfWork Units { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected CurrentActor Current { get; set; } = null!;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    protected Actor Me => Current.Actor ?? throw new InvalidOperationException("The page lacks [Authorize].");

    protected CancellationToken Aborted => Http.RequestAborted;

    protected bool IsPost => HttpMethods.IsPost(Http.Request.Method);

    protected IFormCollection Posted => Http.Request.Form;

    /// <summary>Everything is read before the page is drawn for the first time: what it shows is never half there.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await ReadyAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads what the page shows. Parameters are set.</summary>
    protected virtual Task ReadyAsync() => Task.CompletedTask;

    /// <summary>Asks one of the query classes.</summary>
    protected async Task<T> AskAsync<TQueries, T>(Func<TQueries, Task<T>> ask) where TQueries : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TQueries>());
    }

    /// <summary>One unit of work around one handler.</summary>
    protected Task<Result<T>> ActAsync<THandler, T>(Func<THandler, ChangeContext, Task<Result<T>>> act, string? reason = null, Guid operation = default)
        where THandler : notnull where T : notnull
        => ActAsync((services, change) => act(services.GetRequiredService<THandler>(), change), reason, operation);

    protected Task<Result<T>> ActAsync<T>(Func<IServiceProvider, ChangeContext, Task<Result<T>>> act, string? reason = null, Guid operation = default) where T : notnull
    {
        var change = Current.Change(reason, operation);
        return Units.RunAsync((services, _) => act(services, change), Aborted);
    }

    /// <summary>Elsewhere, with a sentence that is shown there once.</summary>
    protected void Go(string url, string? note = null)
    {
        if (note is not null) Flash.Set(Http, note);
        Navigation.NavigateTo(url);
    }

    /// <summary>A refusal has its status whether a person or a program reads the page.</summary>
    protected void Answer(RefusalKind kind)
    {
        var status = kind switch
        {
            RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status409Conflict,
        };
        // Only when the page is sent: a status that stands earlier makes the framework put the general page in its place.
        Http.Response.OnStarting(() =>
        {
            Http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
    }

    /// <summary>One per press: the same form handed in twice is one operation.</summary>
    protected Guid NewOperation() => Ids.New(Time.UtcNow);

    protected Guid PostedOperation() => Guid.TryParse(Posted["operation"], out var id) ? id : NewOperation();

    private protected Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read) => AskAsync(read);
}
