using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Workflows.Inspections;

/// <summary>
/// One check walked through the shipped definitions by completing work items as the persons of the office. Punishment and listing are
/// stages of their own: here they end as soon as they start.
/// </summary>
internal sealed class InspectionWalk : IAsyncDisposable
{
    public const string InspecteeNumber = "CX00001";
    public const string InspecteeName = "崇信县永昌机械厂";
    public const string Representative = "谢世荣";

    public static Actor Director { get; } = CheckedCase.Member("R001", "马国栋", "director");
    public static Actor Leader { get; } = CheckedCase.Member("R002", "信建军", "deputy-director");
    public static Actor OtherDeputy { get; } = CheckedCase.Member("R003", "靳慧芳", "deputy-director");
    public static Actor SectionHead { get; } = CheckedCase.Member("R007", "杨玉梅", "section-head");
    public static Actor First { get; } = CheckedCase.Member("R011", "芮志强", "officer");
    public static Actor Second { get; } = CheckedCase.Member("R013", "张鹏程", "officer");
    public static Actor Outsider { get; } = CheckedCase.Member("R015", "李军荣", "officer");
    public static Actor Expert { get; } = CheckedCase.Member("E01", "赵明义", "expert");
    public static Actor Publisher { get; } = TestHost.Person("曹发布", "publisher");

    private InspectionWalk(TestHost host, InspectionCase inspection, Guid root) => (Host, Case, Root) = (host, inspection, root);

    public TestHost Host { get; }

    public InspectionCase Case { get; }

    public Guid Root { get; }

    /// <param name="papers">Official documents are issued at their steps; without them a walk is quicker.</param>
    public static async Task<InspectionWalk> StartAsync(string database, bool papers = false)
    {
        var host = await TestHost.StartAsync(database);
        await PrepareAsync(host, papers);
        return await OpenAsync(host, 1);
    }

    /// <summary>Opens a further check of the same campaign and starts its workflow.</summary>
    public static async Task<InspectionWalk> OpenAsync(TestHost host, int sequence)
    {
        TeamMember[] team =
        [
            new("R002", "信建军", TeamPart.Leader, "62082326002", new DateOnly(2027, 11, 30)), new("R011", "芮志强", TeamPart.Officer, "62082326011", new DateOnly(2027, 5, 31)),
            new("R013", "张鹏程", TeamPart.Officer, "62082326013", new DateOnly(2027, 3, 31)), new("E01", "赵明义", TeamPart.Expert),
        ];
        var opened = await host.HandleAsync((OpenInspectionHandler h) => h.HandleAsync(
            new OpenInspection(CampaignId, "2026-07", sequence, InspecteeNumber, InspecteeName, "91620823MA71ABCD1X", "崇信县锦屏镇1号", ["YJ-02"], team, host.Time.Today), host.Change(), default));
        Assert.Null(opened.Refusal);
        var item = new JsonObject
        {
            ["CaseId"] = opened.Value.Id.ToString(),
            ["CaseNo"] = opened.Value.InspectionNo,
            ["Team"] = new JsonObject { ["leaders"] = new JsonArray("R002"), ["officers"] = new JsonArray("R011", "R013"), ["experts"] = new JsonArray("E01") },
        };
        var root = await host.StartAsync("inspection", opened.Value.InspectionNo, new JsonObject { ["Item"] = item });
        return new InspectionWalk(host, opened.Value, root);
    }

    public static Guid CampaignId { get; } = new("0199aaaa-0000-7000-8000-000000000007");

    private static async Task PrepareAsync(TestHost host, bool papers)
    {
        var office = await File.ReadAllTextAsync(Repository.Path("samples/chongxin/organisation.json"));
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(new OfficeProfile { Name = "崇信县应急管理局", ShortName = "县应急局", RegionCode = "620823", RegionName = "崇信县", Profile = "应急", Json = office });
            foreach (var (number, name) in new[] { ("R001", "马国栋"), ("R002", "信建军"), ("R003", "靳慧芳"), ("R007", "杨玉梅"), ("R011", "芮志强"), ("R013", "张鹏程"), ("R015", "李军荣") })
            {
                db.Add(new Officer
                {
                    Number = number,
                    Name = name,
                    Department = "崇信县应急管理局",
                    StaffKind = "在编执法人员",
                    CertificateNo = $"620823260{number[1..]}",
                    CertificateValidTo = new DateOnly(2027, 12, 31),
                    CertificateStatus = "有效",
                    Scope = "YJ-01;YJ-02",
                });
            }
            db.Add(new Campaign
            {
                Id = CampaignId,
                CampaignNo = "2026-07",
                PlanNo = "崇应急抽计〔2026〕1号",
                PlanLineNo = 2,
                Title = "有限空间作业专项抽查",
                ItemCodes = "YJ-02",
                PeriodFrom = new DateOnly(2026, 9, 1),
                PeriodTo = new DateOnly(2026, 10, 31),
                Ratio = "0.1",
                OfficersPerGroup = 2,
                ExpertsPerGroup = 1,
            });
            db.Add(new Inspectee
            {
                Number = InspecteeNumber,
                Kind = "企业",
                Name = InspecteeName,
                CreditCode = "91620823MA71ABCD1X",
                EntityType = "企业",
                RegionCode = "620823",
                RegisteredAddress = "崇信县锦屏镇1号",
                LegalRepresentative = Representative,
                Phone = "13812345678",
                SafetyContact = "柳安全",
                SafetyContactPhone = "13987654321",
                IndustryName = "金属制品业",
                RegistrationStatus = "存续",
            });
            db.Add(new InspectionItem
            {
                Code = "YJ-02",
                Version = 1,
                EffectiveFrom = new DateOnly(2026, 1, 1),
                Category = "市场监管执法事项",
                Name = "工贸企业有限空间作业安全监督检查",
                LegalBasis = "《中华人民共和国安全生产法》",
                Clauses = "第六十五条",
                Department = "县应急管理局",
                Objects = "工贸企业",
                Content = "辨识台账、监护制、防护装备",
                Sampling = "不定向",
                Methods = "实地检查",
                Ratio = 0.1m,
                Frequency = "每年1次",
                YearlyCap = 2,
                ReviewedOn = new DateOnly(2025, 12, 22),
                PublishedOn = new DateOnly(2025, 12, 26),
            });
            db.AddRange(Entry("GM-01", 1, "台账", "有限空间辨识台账齐全", "一般", null), Entry("GM-02", 2, "作业", "有限空间作业执行审批", "重大", "工贸企业重大事故隐患判定标准第十三条"), Entry("GM-03", 3, "设备", "防护装备完好", "一般", null));
            foreach (var name in new[] { "inspection", "rectification", "publication" })
            {
                var json = File.ReadAllText(Repository.Path($"workflows-json/{name}.json"));
                db.Add(Definition(name, papers ? json : json.Replace("\"Inspection.IssueDocument\"", "\"Elsa.WriteLine\"", StringComparison.Ordinal), host.Time.UtcNow));
            }
            return Task.CompletedTask;
        });
        await host.PublishAsync("penalty", [Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("处罚")))]);
        await host.PublishAsync("major-hazard", [Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("挂牌")))]);
    }

    private static ChecklistEntry Entry(string code, int sequence, string group, string content, string grade, string? criterion) => new()
    {
        TemplateCode = "JC-YJ-02",
        TemplateName = "有限空间检查表",
        TemplateVersion = 1,
        EffectiveFrom = new DateOnly(2026, 1, 1),
        ItemCode = "YJ-02",
        EntryCode = code,
        Sequence = sequence,
        Group = group,
        Content = content,
        Method = "查阅资料",
        Basis = "中华人民共和国安全生产法",
        Clause = "第四十一条",
        Verdicts = "符合;不符合;不适用",
        DefaultGrade = grade,
        MajorCriterion = criterion,
        Advice = "责令限期整改",
        IsMandatory = true,
        NeedsEvidence = true,
        Expert = "专家A",
    };

    private static DefinitionVersion Definition(string name, string json, DateTime at) => new()
    {
        Id = $"{name}-v1",
        DefinitionId = name,
        Version = 1,
        Name = name,
        Json = json,
        Hash = Hashing.Sha256Hex(json),
        Origin = "file",
        IsLatest = true,
        IsPublished = true,
        CreatedAt = at,
        CreatedByName = "测试",
        PublishedAt = at,
    };

    public async Task<IReadOnlyList<WorkItem>> OpenItemsAsync()
        => await Host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().Where(i => i.RootInstanceId == Root && i.Status == WorkItemStatus.Open).OrderBy(i => i.Id).ToListAsync());

    public async Task<WorkItem> ItemAsync(string form) => Assert.Single(await OpenItemsAsync(), i => i.FormKey == form);

    /// <summary>The forms that wait now, in order of their names.</summary>
    public async Task<IReadOnlyList<string>> WaitingAsync() => [.. (await OpenItemsAsync()).Select(i => i.FormKey).Order(StringComparer.Ordinal)];

    public async Task<FormView> ViewAsync(string form)
    {
        var item = await ItemAsync(form);
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FormCatalogue>().Find(form)!.Prepare(item, scope.ServiceProvider, default);
    }

    /// <summary>Completes the one open item of the form; what follows in other transactions is worked off.</summary>
    public async Task<Result<CompletedWorkItem>> TryAsync(string form, string outcome, Actor by, JsonObject values)
    {
        var item = await ItemAsync(form);
        var result = await Host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, values, item.Revision), Host.Change(by), default));
        await Host.DrainAsync();
        return result;
    }

    public async Task DoAsync(string form, string outcome, Actor by, JsonObject? values = null)
    {
        var result = await TryAsync(form, outcome, by, values ?? []);
        Assert.True(result.Refusal is null, $"{form} {outcome}: {result.Refusal}");
        var incidents = await IncidentsAsync();
        Assert.True(incidents.Count == 0, $"{form} {outcome}: {string.Join('\n', incidents.Select(i => i.Message))}");
    }

    public async Task<IReadOnlyList<IncidentRow>> IncidentsAsync()
        => await Host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Where(i => i.ResolvedAt == null).ToListAsync());

    public Task<T> RowAsync<T>(Func<IQueryable<T>, Task<T>> one) where T : class => Host.ReadAsync(db => one(db.Set<T>().AsNoTracking()));

    public Task<InspectionCase> CaseNowAsync() => RowAsync<InspectionCase>(q => q.SingleAsync(c => c.Id == Case.Id));

    /// <summary>A photo in the store, as an upload leaves it.</summary>
    public async Task<string> PhotoAsync(string text)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (await Host.Services.GetRequiredService<EvidenceStore>().PutAsync(bytes, Guid.CreateVersion7(), default)).Value.Sha256;
    }

    public void NextDay(int days = 1) => Host.Time.Advance(TimeSpan.FromDays(days));

    /// <summary>Approved, planned: the group stands before the gate.</summary>
    public async Task ToTheGateAsync()
    {
        await DoAsync("case.approve", "批准", Director);
        await DoAsync("case.site-plan", "提交", Leader, new JsonObject
        {
            ["visitOn"] = Host.Time.Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["scope"] = "有限空间作业",
            ["focus"] = "作业审批",
            ["division"] = "芮志强记录，张鹏程取证",
            ["fileRead"] = true,
        });
    }

    public async Task ToTheChecklistAsync()
    {
        await ToTheGateAsync();
        await DoAsync("visit.check-in", "到场", First, Present());
    }

    public static JsonObject Present(params string[] officers) => new()
    {
        ["officers"] = new JsonArray([.. (officers.Length == 0 ? ["R011", "R013"] : officers).Select(o => (JsonNode)o)]),
        ["experts"] = new JsonArray("E01"),
        ["place"] = "崇信县锦屏镇1号",
        ["certificatesShown"] = true,
        ["notified"] = true,
    };

    /// <summary>A visit without entry, with a photo as its proof.</summary>
    public async Task<JsonObject> NoEntryAsync(string note, bool fileCase = false, string? transferTo = null) => new()
    {
        ["officers"] = new JsonArray("R011", "R013"),
        ["place"] = "崇信县锦屏镇1号",
        ["note"] = note,
        ["evidence"] = new JsonArray(await PhotoAsync(note)),
        ["fileCase"] = fileCase,
        ["transferTo"] = transferTo,
    };

    /// <summary>The checklist with all entries in order, but for those that are given as findings.</summary>
    public async Task<JsonObject> ChecklistAsync(params JsonObject[] issues)
    {
        var failed = issues.Select(i => i["entry"]!.GetValue<string>()).ToHashSet();
        return new JsonObject
        {
            ["results"] = new JsonArray([.. new[] { "GM-01", "GM-02", "GM-03" }.Select(c => (JsonNode)new JsonObject { ["code"] = c, ["outcome"] = failed.Contains(c) ? "不符合" : "符合" })]),
            ["issues"] = new JsonArray([.. issues.Select(i => (JsonNode)i)]),
            ["evidence"] = new JsonArray(await PhotoAsync("现场照片")),
            ["statement"] = "我们马上整改。",
        };
    }

    public JsonObject Issue(string entry, string grade, string disposals, string? transferTo = null, int dueDays = 30) => new()
    {
        ["entry"] = entry,
        ["description"] = $"{entry}不符合要求",
        ["place"] = "污水处理站",
        ["grade"] = grade,
        ["disposals"] = new JsonArray([.. disposals.Split(';').Select(d => (JsonNode)d)]),
        ["requirement"] = "按标准整改",
        ["dueOn"] = Host.Time.Today.AddDays(dueDays).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["transferTo"] = transferTo,
    };

    /// <summary>From the checklist to the feedback: both sides confirm.</summary>
    public async Task ConfirmAsync()
    {
        await DoAsync("finding.expert-confirm", "确认", Expert);
        await DoAsync("finding.officer-confirm", "确认", Second);
    }

    public Task FeedbackAsync() => DoAsync("visit.feedback", "签收", First, new JsonObject { ["receiver"] = Representative, ["receiverPost"] = "厂长", ["advice"] = "按期整改" });

    /// <summary>The group enters the result once the visit has ended.</summary>
    public Task<Result<CompletedWorkItem>> TryEnterAsync(string code)
        => TryAsync("result.enter", "提交", First, new JsonObject { ["codes"] = new JsonArray(code), ["followUp"] = "无需后续处置" });

    public async Task EnterAsync(string code) => Assert.Null((await TryEnterAsync(code)).Refusal);

    public async Task PublishAsync()
    {
        await DoAsync("publication.review", "通过", SectionHead);
        await DoAsync("publication.publish", "发布", Publisher, new JsonObject { ["channels"] = new JsonArray("县人民政府门户网站") });
    }

    /// <summary>One finding ordered to be put right within thirty days, the visit ended.</summary>
    public async Task ToTheRectificationAsync()
    {
        await ToTheChecklistAsync();
        await DoAsync("visit.checklist", "提交", First, await ChecklistAsync(Issue("GM-03", "一般", "责令限期整改")));
        await ConfirmAsync();
        await FeedbackAsync();
    }

    public Task ChangeOfficerAsync(string number, Action<Officer> change)
        => Host.RunAsync(async services => change((await services.GetRequiredService<DbContext>().Set<Officer>().FindAsync(number))!));

    /// <summary>One press of a button, which may come a second time.</summary>
    public Task<Result<CompletedWorkItem>> PressAsync(WorkItem item, string outcome, ChangeContext change, int? revision = null)
        => Host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, [], revision ?? item.Revision), change, default));

    /// <summary>Whatever path was walked, the invariants hold at its end.</summary>
    public async ValueTask DisposeAsync()
    {
        var report = await InvariantCatalogue.CheckAsync(Host.Services);
        await Host.DisposeAsync();
        Assert.True(report.Ok, string.Join('\n', report.Checks.SelectMany(c => c.Broken.Select(b => $"{c.Id}: {b}"))));
    }
}
