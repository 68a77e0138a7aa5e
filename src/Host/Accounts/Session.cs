using System.Security.Claims;
using DoubleRandom.Basics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

/// <summary>Who acts in this request: read from the account at each request, so that a changed role or a blocked account counts at once.</summary>
public sealed class CurrentActor(TimeProvider time)
{
    /// <summary>Null when nobody is signed in.</summary>
    public Actor? Actor { get; internal set; }

    /// <summary>The change this request makes; demands somebody signed in.</summary>
    public ChangeContext Change(string? reason = null, Guid operationId = default)
        => ChangeContext.Now(time, Actor ?? throw new InvalidOperationException("A change without a person: the endpoint lacks RequireAuthorization."), reason, operationId);
}

internal static class Session
{
    private const string StampClaim = "stamp";

    public static ClaimsPrincipal Principal(Account account) => new(new ClaimsIdentity(
    [
        new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()), new Claim(ClaimTypes.Name, account.DisplayName), new Claim(StampClaim, account.SecurityStamp),
        .. account.Roles.Select(r => new Claim(ClaimTypes.Role, r)),
    ], CookieAuthenticationDefaults.AuthenticationScheme));

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var account = Guid.TryParse(context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? await services.GetRequiredService<DbContext>().Set<Account>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, context.HttpContext.RequestAborted)
            : null;
        if (account is null || account.IsDisabled || account.SecurityStamp != context.Principal!.FindFirstValue(StampClaim))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return;
        }
        services.GetRequiredService<CurrentActor>().Actor = account.ToActor();
    }
}
