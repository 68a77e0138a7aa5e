namespace DoubleRandom.Inspections.People;

/// <param name="Key">Stable: accounts, definitions and handlers branch on it.</param>
/// <param name="Name">As people say it.</param>
/// <param name="May">What the role may do, for the page that lists it.</param>
public sealed record Role(string Key, string Name, string May);

/// <summary>The role catalogue. A human step names one of these; a definition can make no new one (law 8).</summary>
public static class Roles
{
    public const string Planner = "planner";
    public const string SectionHead = "section-head";
    public const string DeputyDirector = "deputy-director";
    public const string Director = "director";
    public const string DrawOperator = "draw-operator";
    public const string Supervisor = "supervisor";
    public const string Witness = "witness";
    public const string Officer = "officer";
    public const string Expert = "expert";
    public const string Liaison = "liaison";
    public const string Legal = "legal";
    public const string CaseOfficer = "case-officer";
    public const string Publisher = "publisher";
    public const string Escalation = "escalation";
    public const string Government = "government";
    public const string Auditor = "auditor";
    public const string Admin = "admin";
    public const string ProcessManager = "process-manager";
    public const string Registrar = "registrar";

    public static IReadOnlyList<Role> All { get; } =
    [
        new(Planner, "计划员", "名录库、事项清单、年度计划、抽查任务"),
        new(SectionHead, "科室负责人", "提出需求、审核公示、撰写报告、提请挂牌"),
        new(DeputyDirector, "分管副局长", "审批任务、带队检查、审批延期与移送"),
        new(Director, "局长", "审批行政检查、立案、处罚决定、回避决定、结案"),
        new(DrawOperator, "抽取员", "冻结名单、录入信标、锁定名单，不能改动结果"),
        new(Supervisor, "监督人", "承诺与揭示、会签抽取结果"),
        new(Witness, "见证人", "承诺与揭示、核对信标；只看自己经办的事项"),
        new(Officer, "执法人员", "现场检查、取证、文书、复查"),
        new(Expert, "安全专家", "核对问题，不签执法文书；只看自己参加的检查"),
        new(Liaison, "联络员", "行程与联络"),
        new(Legal, "法制审核", "审核计划、清单与案件"),
        new(CaseOfficer, "案件承办", "立案、调查、告知、送达、执行"),
        new(Publisher, "发布员", "发布公示，不发布自己起草的内容"),
        new(Escalation, "督办员", "查看临期与超期、督办"),
        new(Government, "县政府（安委会）", "批准计划、挂牌与摘牌"),
        new(Auditor, "执法监督", "查看全部，不能改动"),
        new(Admin, "系统管理员", "账户与配置，不能办理业务"),
        new(Registrar, "名录员", "维护本科室的检查对象和抽查事项"),
        new(ProcessManager, "流程管理员", "设计流程、提出和批准流程发布，不能办理业务"),
    ];

    /// <summary>Who has an account and is not of the office (企业代表、公证员, 安全专家): reads and does what is his own work, and nothing else.</summary>
    public static bool IsOutside(IEnumerable<string> roles) => roles.All(r => r is Witness or Expert);

    public static Role? Find(string key) => All.FirstOrDefault(r => r.Key == key);
}
