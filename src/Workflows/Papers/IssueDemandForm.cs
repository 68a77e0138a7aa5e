using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>制作抽查需求表 (D02): the demand as it was handed in and, once it is decided, what was made of it. Its number is the demand's.</summary>
public sealed record IssueDemandForm(string Number);

public sealed class IssueDemandFormHandler(DbContext db, PaperDesk desk, DocumentQueries documents)
{
    public const string Code = "D02";

    public async Task<Result<OfficialDocument>> HandleAsync(IssueDemandForm command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Demand>().FindAsync([command.Number], cancellationToken) is not { } demand) return Refusal.NotFound("demands.not-found", command.Number);
        if (!MayIssue(change.By, demand)) return Refusal.Forbidden("demands.not-section-head");
        // One paper says it; another is made only when there is more to say.
        if (await documents.LastAsync(demand.PaperId, Code, cancellationToken) is { } last && !IsDue(demand, last)) return last;
        return await desk.IssueAsync(Code, demand.PaperId, change, cancellationToken);
    }

    public static bool MayIssue(Actor actor, Demand demand) => actor.IsAny(Roles.SectionHead, Roles.Planner) || demand.RaisedById == actor.Id;

    /// <param name="last">The last one made; null: there is none.</param>
    public static bool IsDue(Demand demand, OfficialDocument? last)
        => demand.Status is not Demand.Withdrawn && (last is null || (demand.DecidedOn is not null && JsonNode.Parse(last.DataJson)!["handling"] is null));
}
