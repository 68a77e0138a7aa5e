using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>Who answers a work item of the demonstration, and how.</summary>
internal sealed record DemoAnswer(string UserName, string Outcome, JsonObject Values);

/// <summary>A document of the run, as the printed line shows it.</summary>
internal sealed record DemoDocument(DateTime At, DateOnly On, string ByName, string Title, string? Number);

/// <summary>A work item with what the script decides by.</summary>
/// <param name="Line">Line of the annual plan its campaign carries out; 0: none.</param>
/// <param name="Position">The inspectee's place in the drawn order, from 1; 0: not about one inspectee.</param>
/// <param name="Branch">The branch of the law this inspectee stands for.</param>
/// <param name="Before">How often this case has had this step before.</param>
internal sealed record DemoItem(
    WorkItem Item, int Line, int Position, DemoBranch Branch, int Before, InspectionCase? Case, IWorkingCalendar Calendar, DateOnly Today, IServiceProvider Services, CancellationToken CancellationToken)
{
    public string Form => Item.FormKey;

    public DbContext Db => Services.GetRequiredService<DbContext>();

    /// <summary>So many working days after the item came up.</summary>
    public DateOnly After(int workingDays) => workingDays == 0 ? Item.CreatedOn : Calendar.Add(Item.CreatedOn, workingDays).On;

    public DateOnly Later(DateOnly day, int workingDays) => Calendar.Add(day, workingDays).On;

    public DateOnly Earlier(DateOnly day, int workingDays) => Calendar.Subtract(day, workingDays).On;
}

/// <summary>
/// The year of the sample county: for each form when it is dealt with, by whom and with what. Lots are truly random, so branches go by the
/// place in the drawn order.
/// </summary>
/// <param name="branchOf">The branch of a case by its plan line and place in the drawn order; null: the demonstration's, which leaves some items in their inboxes.</param>
internal sealed partial class DemoScript(Func<int, int, DemoBranch>? branchOf = null)
{
    /// <summary>Never in this run: the item stays in its inbox.</summary>
    private static readonly DateOnly Never = DateOnly.MaxValue;

    public async Task<DateOnly> WhenAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var about = await AboutAsync(item, services, item.CreatedOn, cancellationToken);
        if (branchOf is null && DemoBranches.StaysOpen(about)) return Never;
        var day = await WhenAsync(about);
        return day < item.CreatedOn ? item.CreatedOn : day;
    }

    /// <param name="chosen">The outcome, where it is not the script's to choose.</param>
    public async Task<DemoAnswer> AnswerAsync(WorkItem item, IServiceProvider services, DateOnly today, CancellationToken cancellationToken, string? chosen = null)
    {
        var about = await AboutAsync(item, services, today, cancellationToken);
        var form = services.GetRequiredService<FormCatalogue>().Find(item.FormKey) ?? throw new DemoStoppedException($"没有表单 {item.FormKey}");
        var view = await form.Prepare(item, services, cancellationToken);
        var (outcome, person) = await ChooseAsync(about);
        // A process that names its opinions otherwise than the shipped one goes on with its first.
        outcome = chosen ?? (item.Outcomes.Contains(outcome) ? outcome : item.Outcomes[0]);
        var values = new JsonObject();
        foreach (var field in view.Fields.Where(f => f.Kind is not FieldKind.Note))
        {
            if (field.Default is { } value) values[field.Name] = value.DeepClone();
        }
        await FillAsync(about, outcome, view, values);
        return new DemoAnswer(person, outcome, values);
    }

    /// <summary>The documents issued after an instant.</summary>
    public async Task<IReadOnlyList<DemoDocument>> DocumentsSinceAsync(DbContext db, DateTime since, CancellationToken cancellationToken)
        => await db.Set<OfficialDocument>().AsNoTracking().Where(d => d.SignedAt > since).OrderBy(d => d.SignedAt).ThenBy(d => d.Id)
            .Select(d => new DemoDocument(d.SignedAt, d.SignedOn, d.SignedByName, d.Title, d.Number)).ToListAsync(cancellationToken);

    private async Task<DemoItem> AboutAsync(WorkItem item, IServiceProvider services, DateOnly today, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        // A supervision order is about the case that is late.
        var caseNo = await db.Set<SupervisionOrder>().Where(o => o.OrderNo == item.CaseNo).Select(o => o.CaseNo).FirstOrDefaultAsync(cancellationToken) ?? item.CaseNo;
        // A check inside a process that a manager drew goes under the number of the process: then a step about it tells which it is.
        var inspection = await db.Set<InspectionCase>().AsNoTracking().FirstOrDefaultAsync(c => c.InspectionNo == caseNo, cancellationToken)
            ?? await db.Set<InspectionCase>().AsNoTracking().FirstOrDefaultAsync(c => db.Set<WorkItem>().Any(i => i.CaseNo == item.CaseNo && i.RootInstanceId == item.RootInstanceId && i.SubjectId == c.Id), cancellationToken);
        var campaign = inspection is not null ? await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == inspection.CampaignId, cancellationToken)
            : await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.CampaignNo == item.CaseNo, cancellationToken);
        var position = inspection is null ? 0 : int.Parse(inspection.InspectionNo.AsSpan(inspection.InspectionNo.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        var before = await db.Set<WorkItem>().CountAsync(i => i.CaseNo == item.CaseNo && i.FormKey == item.FormKey && i.SubjectId == item.SubjectId && i.CreatedAt < item.CreatedAt, cancellationToken);
        var calendar = await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
        var line = campaign?.PlanLineNo ?? 0;
        return new DemoItem(item, line, position, (branchOf ?? DemoBranches.Of)(line, position), before, inspection, calendar, today, services, cancellationToken);
    }

    private Task<DateOnly> WhenAsync(DemoItem about) => about.Form.Split('.')[0] switch
    {
        "penalty" => WhenPenaltyAsync(about),
        "hazard" or "credit" => WhenHazardAsync(about),
        "publication" => Task.FromResult(WhenPublication(about)),
        "plan" or "campaign" or "draw" => Task.FromResult(WhenCampaign(about)),
        "supervision" => Task.FromResult(WhenSupervision(about)),
        _ => WhenInspectionAsync(about),
    };

    /// <summary>The outcome and the account that chooses it.</summary>
    private Task<(string Outcome, string Person)> ChooseAsync(DemoItem about) => about.Form.Split('.')[0] switch
    {
        "penalty" => ChoosePenaltyAsync(about),
        "hazard" or "credit" => Task.FromResult((OutcomeOfHazard(about), PersonFor(about))),
        "publication" => ChoosePublicationAsync(about),
        "supervision" => Task.FromResult((OutcomeOfSupervision(about), PersonFor(about))),
        "plan" or "campaign" or "draw" => Task.FromResult((OutcomeOfCampaign(about), PersonFor(about))),
        _ => Task.FromResult((OutcomeOfInspection(about), PersonFor(about))),
    };

    private Task FillAsync(DemoItem about, string outcome, FormView view, JsonObject values) => about.Form.Split('.')[0] switch
    {
        "penalty" => FillPenaltyAsync(about, outcome, view, values),
        "hazard" or "credit" => FillHazardAsync(about, outcome, view, values),
        "publication" => Task.Run(() => FillPublication(about, outcome, values)),
        "supervision" => Task.Run(() => FillSupervision(about, outcome, values)),
        "plan" or "campaign" or "draw" => FillCampaignAsync(about, outcome, view, values),
        _ => FillInspectionAsync(about, outcome, view, values),
    };

    /// <summary>The first person who may act: named in the item, or of its role; a section head who is not in the group, so that nobody reviews himself.</summary>
    private static string PersonFor(DemoItem about)
    {
        var numbers = about.Item.AssigneeNumbers;
        var team = about.Case?.Team.Select(m => m.Number).ToHashSet() ?? [];
        var people = DemoOffice.People.Where(p => p.Roles.Contains(about.Item.Role) && (numbers.Count == 0 || (p.Number is { } n && numbers.Contains(n)))).ToList();
        if (about.Item.ClaimedByName is { } holder && people.Find(p => p.Name == holder) is { } held) return held.UserName;
        var person = numbers.Count > 0 ? people.OrderBy(p => numbers.ToList().IndexOf(p.Number!)).FirstOrDefault() : people.FirstOrDefault(p => p.Number is null || !team.Contains(p.Number)) ?? people.FirstOrDefault();
        return person?.UserName ?? throw new DemoStoppedException($"{about.Item.CaseNo} {about.Item.Title}：没有可以办理的人员（{about.Item.Role} {about.Item.Assignees}）");
    }

    private static async Task<string> PhotoAsync(DemoItem about, int seed)
    {
        using var png = new MemoryStream(DemoPhoto.Png(seed));
        var stored = await about.Services.GetRequiredService<EvidenceStore>().PutAsync(png, Ids.New(about.Services.GetRequiredService<TimeProvider>().UtcNow), about.CancellationToken);
        return stored.Refusal is { } refusal ? throw new DemoStoppedException(refusal.ToString()) : stored.Value.Sha256;
    }

    private static JsonArray List(params IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
