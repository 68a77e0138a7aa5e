using System.Security.Claims;
using DoubleRandom.Inspections.People;
using Microsoft.AspNetCore.Authorization;

namespace DoubleRandom.Host.Accounts;

/// <summary>A page or an address for everybody with an account, also for those who are not of the office (<see cref="Roles.IsOutside"/>): it shows them nothing but what they have a part in.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenToOutsidersAttribute : Attribute;

/// <summary>What is not said to be open to outsiders is the office's own: the rule that stands behind every bare Authorize.</summary>
internal sealed class OfficeOnly : AuthorizationHandler<OfficeOnly>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OfficeOnly requirement)
    {
        // Pages are endpoints like the rest.
        var isOpen = context.Resource is HttpContext http && http.GetEndpoint()?.Metadata.GetMetadata<OpenToOutsidersAttribute>() is not null;
        if (isOpen || !Roles.IsOutside(context.User.FindAll(ClaimTypes.Role).Select(c => c.Value))) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
