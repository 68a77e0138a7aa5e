using DoubleRandom.Basics;
using DoubleRandom.Inspections.Hazards;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>挂牌督办公告: what is dangerous, who must treat it until when, who supervises (S000-19).</summary>
internal sealed class HazardListingContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.HazardListing;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<MajorHazard>().FindAsync([subjectId], cancellationToken) is not { } hazard) return Refusal.NotFound("publications.no-subject");
        if (hazard.ListedOn is not { } on) return Refusal.Conflict("publications.not-listed", hazard.InspecteeName);
        var content = PublicationText.Of(
            ("列号", hazard.ListNo),
            ("隐患单位", hazard.InspecteeName),
            ("重大事故隐患", hazard.Description),
            ("判定依据", hazard.Criterion),
            ("治理责任单位", hazard.ResponsibleUnit),
            ("督办单位", hazard.SupervisingUnit),
            ("挂牌日期", PublicationText.Day(on)),
            ("治理期限", PublicationText.Day(hazard.DueOn)));
        return new PublicationText($"{hazard.InspecteeName}重大事故隐患挂牌督办", hazard.InspectionNo, content, hazard.CaseId, hazard.InspecteeNumber,
            PersonNames: await db.PersonNamesAsync(hazard.InspecteeNumber, cancellationToken));
    }
}

/// <summary>摘牌公告: accepted and taken off the list.</summary>
internal sealed class HazardDelistingContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.HazardDelisting;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<MajorHazard>().FindAsync([subjectId], cancellationToken) is not { } hazard) return Refusal.NotFound("publications.no-subject");
        if (hazard.DelistedOn is not { } on) return Refusal.Conflict("publications.not-delisted", hazard.InspecteeName);
        var content = PublicationText.Of(
            ("列号", hazard.ListNo),
            ("隐患单位", hazard.InspecteeName),
            ("重大事故隐患", hazard.Description),
            ("挂牌日期", PublicationText.Day(hazard.ListedOn)),
            ("验收日期", PublicationText.Day(hazard.AcceptedOn)),
            ("验收意见", hazard.AcceptanceOpinion),
            ("摘牌日期", PublicationText.Day(on)));
        return new PublicationText($"{hazard.InspecteeName}重大事故隐患摘牌", hazard.InspectionNo, content, hazard.CaseId, hazard.InspecteeNumber,
            PersonNames: await db.PersonNamesAsync(hazard.InspecteeNumber, cancellationToken));
    }
}
