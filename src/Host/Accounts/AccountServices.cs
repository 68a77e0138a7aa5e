using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace DoubleRandom.Host.Accounts;

internal static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddScoped<SignInHandler>();
        services.AddScoped<AddAccountHandler>();
        services.AddScoped<ResetPasswordHandler>();
        services.AddScoped<ChangePasswordHandler>();
        services.AddScoped<ChangeContactHandler>();
        services.AddScoped<IDirectory, AccountDirectory>();
        services.AddScoped<IStaff, AccountStaff>();
        return services;
    }

    /// <summary>Cookie sign-in; only the web server needs it.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddScoped<CurrentActor>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(o =>
        {
            o.Cookie.Name = "doublerandom";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.LoginPath = "/signin";
            o.AccessDeniedPath = "/signin";
            o.ReturnUrlParameter = "returnUrl";
            o.ExpireTimeSpan = TimeSpan.FromHours(10);
            o.SlidingExpiration = true;
            // Cookies live by the system's clock, whatever the demo's clock says.
            o.TimeProvider = TimeProvider.System;
            o.Events.OnValidatePrincipal = Session.ValidateAsync;
            o.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
            o.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
        });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(o => o.Cookie.Name = "doublerandom-form");
        return services;
    }

    /// <summary>A program gets the status, a person the sign-in page.</summary>
    private static Task Answer(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/api") || path.StartsWithSegments("/elsa")) context.Response.StatusCode = status;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
