using System.Collections.Frozen;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Documents.Rendering;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>What a document says and where it belongs.</summary>
/// <param name="CaseNo">Plan, campaign or inspection number.</param>
/// <param name="SignedByName">Whose decision it is by the rows; null: the person who acts.</param>
/// <param name="GivenNumber">Number the listing authority gave; null: ours is allotted.</param>
/// <param name="Served">The service it certifies, when it is not on record yet.</param>
internal sealed record Paper(JsonObject Data, string CaseNo, string Chain, string? SignedByName = null, ServeDocument? Served = null, string? GivenNumber = null);

/// <summary>Gathers one template's data from the rows. A refusal says what has not been decided yet; an empty field is refused by the template.</summary>
internal delegate Task<Result<Paper>> PaperBuilder(PaperSources sources, Guid subjectId, CancellationToken cancellationToken);

/// <summary>What the builders read.</summary>
internal sealed record PaperSources(DbContext Db, Letterhead Office, DocumentQueries Documents, CaseFileReader Files, TimeProvider Time, ChangeContext Change);

/// <summary>Makes official documents out of the rows of the domain: one builder a template.</summary>
public sealed class PaperDesk(DbContext db, DocumentTemplates templates, DocumentQueries documents, CaseFileReader files, TimeProvider time, IssueDocumentHandler issue, ServeDocumentHandler serve)
{
    private static readonly FrozenDictionary<string, PaperBuilder> Builders = PaperKinds.All.SelectMany(k => k.Papers).ToFrozenDictionary(b => b.Code, b => b.Build);

    /// <summary>The data of a template about a subject, as they stand.</summary>
    internal async Task<Result<Paper>> GatherAsync(string code, Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!Builders.TryGetValue(code, out var build)) return Refusal.NotFound("papers.no-builder", code);
        if (await OfficeProfile.CurrentAsync(db, cancellationToken) is not { } profile) return Refusal.Conflict("papers.no-office");
        var sources = new PaperSources(db, new Letterhead(profile.Data), documents, files, time, change);
        var built = await build(sources, subjectId, cancellationToken);
        if (built.IsRefused) return built;
        var data = built.Value.Data;
        data["bureau"] ??= sources.Office.Bureau;
        data["reviewBody"] ??= sources.Office.ReviewBody;
        data["court"] ??= sources.Office.Court;
        data["office"] ??= new JsonObject
        {
            ["address"] = sources.Office.Address,
            ["postcode"] = sources.Office.Postcode,
            ["phone"] = sources.Office.Phone,
            ["complaintPhone"] = sources.Office.ComplaintPhone,
            ["website"] = sources.Office.Website,
        };
        return built;
    }

    public async Task<Result<OfficialDocument>> IssueAsync(string code, Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (templates.Find(code) is not { } template) return Refusal.NotFound("documents.no-template", code);
        var gathered = await GatherAsync(code, subjectId, change, cancellationToken);
        if (gathered.Refusal is { } refusal) return refusal;
        var paper = gathered.Value;
        var office = new Letterhead((await OfficeProfile.CurrentAsync(db, cancellationToken))!.Data);
        var pattern = template.Series.Length == 0 ? null : office.NumberPattern(template.Series, template.Title);
        // 送达回证 certifies a service: the document it names is served from now on.
        if (paper.Served is { } served && (await serve.HandleAsync(served, change, cancellationToken)).Refusal is { } notServed) return notServed;
        return await issue.HandleAsync(new IssueDocument(code, subjectId, paper.CaseNo, paper.Chain, paper.Data, pattern, paper.SignedByName, paper.GivenNumber), change, cancellationToken);
    }
}

/// <summary>文书种类: by what a document is about, and so what its 文书对象 must be.</summary>
public static class PaperKinds
{
    internal static readonly IReadOnlyList<(string Name, IReadOnlyList<(string Code, PaperBuilder Build)> Papers)> All =
    [
        ("计划与任务", CampaignPapers.All), ("检查", InspectionPapers.All), ("整改", RectificationPapers.All), ("行政处罚", PenaltyPapers.All), ("挂牌督办", HazardPapers.All),
    ];

    private static readonly FrozenDictionary<string, string> ByCode = All.SelectMany(k => k.Papers.Select(p => (p.Code, k.Name))).ToFrozenDictionary(p => p.Code, p => p.Name);

    public static IEnumerable<string> Names => All.Select(k => k.Name);

    /// <summary>The kind of a template; null when no step can make it.</summary>
    public static string? Of(string template) => ByCode.GetValueOrDefault(template);
}
