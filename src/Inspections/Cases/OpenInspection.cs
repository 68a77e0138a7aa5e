using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>Opens the check of one drawn inspectee. Opening the same number again answers the case that is there.</summary>
/// <param name="Sequence">From 1; three digits in the number.</param>
/// <param name="Team">One leader, two officers at least besides, and the experts (domain C2, C4).</param>
public sealed record OpenInspection(
    Guid CampaignId, string CampaignNo, int Sequence, string InspecteeNumber, string InspecteeName, string? CreditCode, string? Address,
    IReadOnlyList<string> ItemCodes, IReadOnlyList<TeamMember> Team, DateOnly PlannedOn)
{
    /// <summary>Versions the draw was frozen with, as <see cref="KeptItems"/> writes them; null: the day of the check decides.</summary>
    public string? ItemVersions { get; init; }

    /// <summary>The campaign's cases by number, for who opens all of them; null: they are asked for.</summary>
    internal IReadOnlyDictionary<string, InspectionCase>? There { get; init; }
}

public sealed class OpenInspectionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(OpenInspection command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && change.RequireAny(Roles.Planner, Roles.DrawOperator) is { } forbidden) return forbidden;
        if (command.Sequence is < 1 or > 99999) return Refusal.Invalid("cases.bad-sequence", "sequence", command.Sequence);
        if (CaseRows.IsBlank(command.InspecteeNumber) || CaseRows.IsBlank(command.InspecteeName)) return Refusal.Invalid("cases.no-inspectee", "inspectee");
        if (command.ItemCodes.Count == 0) return Refusal.Invalid("cases.no-item", "items", command.InspecteeName);
        var leaders = command.Team.Where(m => m.Part is TeamPart.Leader).ToList();
        var officers = command.Team.Count(m => m.Part is TeamPart.Officer);
        if (leaders.Count != 1 || officers < 2 || command.Team.DistinctBy(m => m.Number).Count() != command.Team.Count)
            return Refusal.Invalid("cases.bad-team", "team", leaders.Count, officers);

        var number = $"{command.CampaignNo}-{command.Sequence.ToString("000", CultureInfo.InvariantCulture)}";
        var same = command.There is { } known ? known.GetValueOrDefault(number) : (await db.WithStagedAsync<InspectionCase>(c => c.InspectionNo == number, cancellationToken)).FirstOrDefault();
        if (same is { } there)
            return there.CampaignId == command.CampaignId && there.InspecteeNumber == command.InspecteeNumber ? there : Refusal.Conflict("cases.number-taken", number);

        var opened = new InspectionCase
        {
            Id = Ids.New(change),
            InspectionNo = number,
            CampaignId = command.CampaignId,
            CampaignNo = command.CampaignNo,
            InspecteeNumber = command.InspecteeNumber,
            InspecteeName = command.InspecteeName,
            CreditCode = command.CreditCode,
            Address = command.Address,
            ItemCodes = string.Join(';', command.ItemCodes),
            ItemVersions = command.ItemVersions,
            Status = InspectionStatus.Opened,
            LeaderNumber = leaders[0].Number,
            TeamJson = JsonSerializer.Serialize(command.Team),
            PlannedOn = command.PlannedOn,
            OpenedAt = change.At,
        };
        db.Add(opened);
        audit.Record(change, opened.Chain, "建立检查", number, new JsonObject { ["inspectee"] = opened.InspecteeNumber, ["team"] = JsonNode.Parse(opened.TeamJson) });
        return opened;
    }
}
