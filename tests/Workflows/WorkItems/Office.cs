using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Workflows.WorkItems;

/// <summary>People with accounts, and what they do with work items.</summary>
internal static class Office
{
    public static async Task<Actor> HireAsync(this TestHost host, string name, string[] roles, string? number = null, string? section = null)
    {
        var admin = TestHost.Person("管理员", "admin");
        // An account names somebody of the register.
        if (number is not null)
        {
            await host.RunAsync(services =>
            {
                services.GetRequiredService<DbContext>().Add(new Officer { Number = number, Name = name, Department = "县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效" });
                return Task.CompletedTask;
            });
        }
        var added = await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(
            new AddAccount($"u{Hashing.Sha256Hex(name)[..8]}", name, roles, "correct-horse-9", number, section, null, $"{Hashing.Sha256Hex(name)[..8]}@example.org"), host.Change(admin, "到岗"), default));
        Assert.Null(added.Refusal);
        return added.Value.ToActor();
    }

    public static Task<WorkItem> ItemAsync(this TestHost host, Guid id) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Id == id));

    public static Task<WorkItem> OpenAsync(this TestHost host, Guid instance) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == instance && i.Status == WorkItemStatus.Open));

    public static Task<Result<CompletedWorkItem>> CompleteAsync(this TestHost host, Guid item, Actor by, string outcome, string opinion = "是")
        => host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item, outcome, new JsonObject { ["opinion"] = opinion }), host.Change(by), default));
}
