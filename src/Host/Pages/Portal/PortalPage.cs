using Microsoft.AspNetCore.Components;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>A page that reads before it shows: a component is also drawn while it waits, and must then show nothing (no 404 either).</summary>
public abstract class PortalPage : ComponentBase
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    internal PortalReader Reader { get; set; } = null!;

    protected bool IsLoaded { get; private set; }

    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    protected sealed override async Task OnInitializedAsync()
    {
        await LoadAsync(Http.RequestAborted);
        IsLoaded = true;
    }
}
