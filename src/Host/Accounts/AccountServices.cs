using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace DoubleRandom.Host.Accounts;

internal static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddScoped<SignInHandler>();
        services.AddScoped<AddAccountHandler>();
        services.AddScoped<ChangeAccountHandler>();
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
            o.ReturnUrlParameter = "returnUrl";
            o.ExpireTimeSpan = TimeSpan.FromHours(10);
            o.SlidingExpiration = true;
            // Cookies live by the system's clock, whatever the demo's clock says.
            o.TimeProvider = TimeProvider.System;
            o.Events.OnValidatePrincipal = Session.ValidateAsync;
            o.Events.OnRedirectToLogin = AskToSignInAsync;
            // A person is shown the page of the status.
            o.Events.OnRedirectToAccessDenied = static context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        services.AddAuthorization(o => o.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new OfficeOnly()).Build());
        services.AddAntiforgery(o => o.Cookie.Name = "doublerandom-form");
        return services;
    }

    /// <summary>A program gets the status, a person the sign-in page.</summary>
    private static Task AskToSignInAsync(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/api") || path.StartsWithSegments("/elsa")) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
