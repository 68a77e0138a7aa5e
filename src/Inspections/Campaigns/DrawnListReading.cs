using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>查阅记录: on this day the person read who was drawn, or tried to, before the visit. One a person, number and day.</summary>
public sealed class DrawnListReading
{
    /// <summary>The campaign's number (its whole list) or a check's.</summary>
    public required string Number { get; set; }

    public Guid PersonId { get; set; }

    public DateOnly On { get; set; }

    /// <summary>False: the person is not of those who need to know, and was shown nothing.</summary>
    public bool Granted { get; set; }

    public required string CampaignNo { get; set; }

    public required string PersonName { get; set; }

    /// <summary>The first time of the day.</summary>
    public DateTime At { get; set; }
}

internal sealed class DrawnListReadingMapping : IEntityTypeConfiguration<DrawnListReading>
{
    public void Configure(EntityTypeBuilder<DrawnListReading> builder)
    {
        builder.ToTable("drawn_list_readings");
        builder.HasKey(r => new { r.Number, r.PersonId, r.On, r.Granted });
        builder.Property(r => r.Number).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(r => r.CampaignNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(r => r.PersonName).HasMaxLength(100);
        builder.HasIndex(r => new { r.CampaignNo, r.At });
    }
}

/// <param name="Number">A campaign's number, for its list, or a check's.</param>
public sealed record ReadDrawnList(string Number);

/// <summary>What became of the wish to read; a refusal would be rolled back with the record of it.</summary>
public enum DrawnListAnswer
{
    /// <summary>There is nothing secret about it.</summary>
    Open,

    /// <summary>Secret still, and shown to one who needs to know.</summary>
    Granted,

    Refused,
}

/// <summary>查阅抽取名单: decides, and keeps who read or tried to (threat T10). The supervisors are told of who tried without need.</summary>
public sealed class ReadDrawnListHandler(DbContext db, NeedToKnow needs, IAuditTrail audit, AlertDesk alerts)
{
    public async Task<Result<DrawnListAnswer>> HandleAsync(ReadDrawnList command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == command.Number, cancellationToken) is { } one)
        {
            var own = db.Set<InspectionCase>().AsNoTracking().Where(c => c.Id == one.Id);
            if (!await needs.Secret(own).AnyAsync(cancellationToken)) return DrawnListAnswer.Open;
            var known = await (await needs.KnownAsync(own, change.By, cancellationToken)).AnyAsync(cancellationToken);
            return await KeepAsync(await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == one.CampaignId, cancellationToken), command.Number, known, change, cancellationToken);
        }
        if (await db.Set<Campaign>().AsNoTracking().SingleOrDefaultAsync(c => c.CampaignNo == command.Number, cancellationToken) is not { } campaign
            || !await needs.IsSecretAsync(campaign, cancellationToken)) return DrawnListAnswer.Open;
        return await KeepAsync(campaign, command.Number, await needs.KnowsListAsync(campaign, change.By, cancellationToken), change, cancellationToken);
    }

    private async Task<DrawnListAnswer> KeepAsync(Campaign campaign, string number, bool granted, ChangeContext change, CancellationToken cancellationToken)
    {
        var answer = granted ? DrawnListAnswer.Granted : DrawnListAnswer.Refused;
        if (change.By.IsSystem || await db.Set<DrawnListReading>().AnyAsync(r => r.Number == number && r.PersonId == change.By.Id && r.On == change.On && r.Granted == granted, cancellationToken)) return answer;
        db.Add(new DrawnListReading { Number = number, PersonId = change.By.Id, On = change.On, Granted = granted, CampaignNo = campaign.CampaignNo, PersonName = change.By.Name, At = change.At });
        audit.Record(change, campaign.Chain, granted ? "查阅抽取名单" : "查阅抽取名单被拒", number, new JsonObject { ["person"] = change.By.Name });
        if (!granted) alerts.TellLeak(campaign, number, change);
        return answer;
    }
}
