using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Imports;

/// <summary>The forms of the registers, item list and plan: the columns as the offices' files have them, in their order.</summary>
public static class RegisterForms
{
    /// <summary>A market entity has a credit code; a unit that is none has this or another code (S001-24). An exclusion says why and ends after it begins.</summary>
    private static (string, string)? InspecteeCheck(RegisterForm form, StagedRow row)
    {
        if (row.IsNull(form.IndexOf("统一社会信用代码")))
        {
            if (Inspectee.MarketKinds.Contains(row.TextAt(form.IndexOf("对象类型")))) return ("统一社会信用代码", "missing-value");
            if (row.IsNull(form.IndexOf("其他身份代码"))) return ("其他身份代码", "missing-value");
        }
        if (row.IsNull(form.IndexOf("经度")) != row.IsNull(form.IndexOf("纬度"))) return (row.IsNull(form.IndexOf("经度")) ? "经度" : "纬度", "missing-value");
        if (!row.IsNull(form.IndexOf("不适用抽查代码")) && row.IsNull(form.IndexOf("不适用原因"))) return ("不适用原因", "missing-value");
        return NotBefore(form, row, "不适用起", "不适用止");
    }

    private static (string, string)? NotBefore(RegisterForm form, StagedRow row, string from, string to)
    {
        var (first, last) = (form.IndexOf(from), form.IndexOf(to));
        return !row.IsNull(first) && !row.IsNull(last) && row.Number(last) < row.Number(first) ? (to, "out-of-range") : null;
    }

    /// <summary>Files without the two columns say in the remarks who is not drawn: the director, who approves, the legal office, which reviews.</summary>
    private static string? OutByNote(RegisterForm form, StagedRow row)
        => row.TextAt(form.IndexOf("备注")) is { } note && (note.Contains("不参加", StringComparison.Ordinal) || note.Contains("不得抽取", StringComparison.Ordinal))
            ? note.Length <= Officer.OutReasonMaxLength ? note : note[..Officer.OutReasonMaxLength] : null;

    public static RegisterForm<Inspectee> Inspectees { get; } = new("inspectees", "检查对象名录库", () => new Inspectee { Number = "", Kind = "", Name = "", EntityType = "", RegionCode = "", RegisteredAddress = "", LegalRepresentative = "", RegistrationStatus = "" },
    [
        Columns.Text<Inspectee>("对象编号", r => r.Number, 32, required: true),
        Columns.Choice<Inspectee>("对象类型", r => r.Kind, true, [.. Inspectee.Kinds]),
        Columns.Text<Inspectee>("名称", r => r.Name, 200, required: true),
        Columns.Text<Inspectee>("曾用名", r => r.FormerName, Inspectee.FormerNamesMaxLength),
        Columns.CreditCode<Inspectee>("统一社会信用代码", r => r.CreditCode),
        Columns.Text<Inspectee>("信用代码例外说明", r => r.CreditCodeNote, 200),
        Columns.Text<Inspectee>("其他身份代码", r => r.OtherCode, 40),
        Columns.Text<Inspectee>("注册号", r => r.RegistrationNumber, 20),
        Columns.Text<Inspectee>("主体类型", r => r.EntityType, 40, required: true),
        Columns.Text<Inspectee>("企业类型", r => r.CompanyType, 80),
        Columns.Industry<Inspectee>("行业代码", r => r.IndustryCode),
        Columns.Text<Inspectee>("行业名称", r => r.IndustryName, 100),
        Columns.Region<Inspectee>("行政区划", r => r.RegionCode),
        Columns.Town<Inspectee>("乡镇代码", r => r.TownCode),
        Columns.Text<Inspectee>("乡镇", r => r.Town, 60),
        Columns.Text<Inspectee>("住所", r => r.RegisteredAddress, 300, required: true),
        Columns.Text<Inspectee>("生产经营地址", r => r.SiteAddress, 300),
        Columns.Degrees<Inspectee>("经度", r => r.Longitude, 180),
        Columns.Degrees<Inspectee>("纬度", r => r.Latitude, 90),
        Columns.Choice<Inspectee>("坐标系", r => r.Datum, false, "CGCS2000", "GCJ-02", "WGS-84", "BD-09"),
        Columns.Text<Inspectee>("法定代表人", r => r.LegalRepresentative, 60, required: true),
        Columns.Text<Inspectee>("职务", r => r.Post, 60),
        Columns.Text<Inspectee>("联系电话", r => r.Phone, 20),
        Columns.Text<Inspectee>("安全负责人", r => r.SafetyContact, 60),
        Columns.Text<Inspectee>("安全负责人电话", r => r.SafetyContactPhone, 20),
        Columns.Text<Inspectee>("登记机关", r => r.RegistrationAuthority, 100),
        Columns.Choice<Inspectee>("登记状态", r => r.RegistrationStatus, true, "存续", "停业", "清算", "注销", "吊销", "撤销", "迁出"),
        Columns.Date<Inspectee>("成立日期", r => r.EstablishedOn),
        Columns.Wan<Inspectee>("注册资本万元", r => r.CapitalWan),
        Columns.Number<Inspectee>("从业人数", r => r.Employees),
        Columns.Choice<Inspectee>("规模", r => r.Size, false, "大型", "中型", "小型", "微型"),
        Columns.Text<Inspectee>("监管行业领域", r => r.SafetySector, 60),
        Columns.Part<Inspectee>("许可证类型", r => r.LicenceKinds, Inspectee.LicencesMaxLength),
        Columns.Part<Inspectee>("许可证编号", r => r.LicenceNumbers, Inspectee.LicencesMaxLength),
        Columns.PartDates<Inspectee>("许可证有效期至", r => r.LicenceEnds, Inspectee.LicencesMaxLength),
        Columns.Several<Inspectee>("监管标签", r => r.Tags, 200),
        Columns.Choice<Inspectee>("信用等级", r => r.CreditGrade, false, "A", "B", "C", "D"),
        Columns.Text<Inspectee>("信用评价来源", r => r.CreditSource, 100),
        Columns.Date<Inspectee>("信用评价日期", r => r.CreditGradedOn),
        Columns.Choice<Inspectee>("风险等级", r => r.RiskGrade, false, "重大", "较大", "一般", "低"),
        Columns.Several<Inspectee>("名单标记", r => r.ListFlags, 200),
        Columns.Number<Inspectee>("近12月投诉数", r => r.Complaints12Months),
        Columns.Number<Inspectee>("近24月处罚数", r => r.Penalties24Months),
        Columns.Number<Inspectee>("未闭环隐患数", r => r.OpenHazards),
        Columns.Number<Inspectee>("本年检查次数", r => r.VisitsThisYear),
        Columns.Choice<Inspectee>("不适用抽查代码", r => r.ExclusionCode, false, "1", "2", "3", "4"),
        Columns.Text<Inspectee>("不适用原因", r => r.ExclusionReason, 200),
        Columns.Date<Inspectee>("不适用起", r => r.ExclusionFrom),
        Columns.Date<Inspectee>("不适用止", r => r.ExclusionTo),
        Columns.Text<Inspectee>("所属科室", r => r.OwnerSection, 100),
        Columns.Text<Inspectee>("监管层级", r => r.Level, 20),
        Columns.Text<Inspectee>("数据来源", r => r.Source, 60),
        Columns.Date<Inspectee>("更新日期", r => r.UpdatedOn),
    ])
    {
        Keys = ["对象编号"],
        Name = "名称",
        Uniques = ["统一社会信用代码", "其他身份代码"],
        Lists = [Inspectee.LicenceColumns],
        FormerName = "曾用名",
        Excuse = "信用代码例外说明",
        Owner = "所属科室",
        Check = InspecteeCheck,
    };

    public static RegisterForm<Officer> Officers { get; } = new("officers", "执法检查人员名录库", () => new Officer { Number = "", Name = "", Department = "", StaffKind = "", CertificateStatus = "" },
    [
        Columns.Text<Officer>("人员编号", r => r.Number, 32, required: true),
        Columns.Text<Officer>("姓名", r => r.Name, 60, required: true),
        Columns.Text<Officer>("性别", r => r.Gender, 4),
        Columns.Month<Officer>("出生年月", r => r.BornIn),
        Columns.IdentityNumber<Officer>("身份证号", r => r.IdNumber),
        Columns.Text<Officer>("单位", r => r.Department, 100, required: true),
        Columns.Text<Officer>("内设机构", r => r.Section, 100),
        Columns.Text<Officer>("职务", r => r.Post, 60),
        Columns.Text<Officer>("职级", r => r.Rank, 60),
        Columns.Choice<Officer>("人员性质", r => r.StaffKind, true, "在编执法人员", "辅助人员", "挂职"),
        Columns.YesNo<Officer>("带队资格", r => r.MayLead),
        Columns.Text<Officer>("执法证号", r => r.CertificateNo, 24),
        Columns.Text<Officer>("发证机关", r => r.CertificateIssuer, 100),
        Columns.Date<Officer>("发证日期", r => r.CertificateIssuedOn),
        Columns.Date<Officer>("证件有效期至", r => r.CertificateValidTo),
        Columns.Choice<Officer>("证件状态", r => r.CertificateStatus, true, "有效", "过期", "暂扣", "注销", "无证"),
        Columns.Text<Officer>("第二证件号", r => r.SecondCertificateNo, 40),
        Columns.Date<Officer>("第二证件有效期至", r => r.SecondCertificateValidTo),
        Columns.Several<Officer>("执法事项范围", r => r.Scope, 400),
        Columns.Several<Officer>("专业", r => r.Speciality, 100),
        Columns.Text<Officer>("学历", r => r.Education, 40),
        Columns.Text<Officer>("职称", r => r.Title, 60),
        Columns.Several<Officer>("岗位资质", r => r.PostQualifications, 200),
        Columns.PartDates<Officer>("培训日期", r => r.TrainingDays, Officer.TrainingMaxLength),
        Columns.Part<Officer>("培训内容", r => r.TrainingSubjects, Officer.TrainingMaxLength),
        Columns.Part<Officer>("考试成绩", r => r.TrainingMarks, Officer.TrainingMaxLength),
        Columns.Text<Officer>("手机号码", r => r.Phone, 20),
        Columns.Text<Officer>("状态", r => r.Status, 20),
        Columns.Several<Officer>("上年度同组人员", r => r.LastYearPartners, 200),
        Columns.Choice<Officer>("是否参加抽取", r => r.TakesPart, false, "是", Officer.StaysOut),
        Columns.Text<Officer>("不参加原因", r => r.OutReason, Officer.OutReasonMaxLength),
        Columns.Text<Officer>("备注", r => r.Note, 400),
    ])
    {
        Keys = ["人员编号"],
        Name = "姓名",
        Uniques = ["执法证号"],
        Lists = [Officer.TrainingColumns],
        Check = static (form, row) => !row.IsNull(form.IndexOf("是否参加抽取")) && row.Text(form.IndexOf("是否参加抽取")).SequenceEqual("否"u8) && row.IsNull(form.IndexOf("不参加原因")) ? ("不参加原因", "missing-value") : null,
        Derived = [("是否参加抽取", static (form, row) => OutByNote(form, row) is null ? null : Officer.StaysOut), ("不参加原因", OutByNote)],
    };

    public static RegisterForm<Expert> Experts { get; } = new("experts", "专家库", () => new Expert { Number = "", Name = "", Specialities = "", Status = "" },
    [
        Columns.Text<Expert>("专家编号", r => r.Number, 32, required: true),
        Columns.Text<Expert>("姓名", r => r.Name, 60, required: true),
        Columns.Text<Expert>("性别", r => r.Gender, 4),
        Columns.Text<Expert>("单位", r => r.Employer, 100),
        Columns.Several<Expert>("专业类别", r => r.Specialities, 200, required: true),
        Columns.Text<Expert>("职称", r => r.Title, 60),
        Columns.Text<Expert>("资格证书", r => r.Qualification, 100),
        Columns.Day<Expert>("聘任起", r => r.AppointedFrom),
        Columns.Day<Expert>("聘任止", r => r.AppointedTo),
        Columns.Choice<Expert>("状态", r => r.Status, true, "在聘", "解聘"),
        Columns.Text<Expert>("联系电话", r => r.Phone, 20),
        Columns.Text<Expert>("报酬标准", r => r.Fee, 40),
        Columns.Text<Expert>("评价", r => r.Assessment, 400),
        Columns.Text<Expert>("备注", r => r.Note, 400),
    ])
    {
        Keys = ["专家编号"],
        Name = "姓名",
        Check = static (form, row) => NotBefore(form, row, "聘任起", "聘任止"),
    };

    public static RegisterForm<Relation> Relations { get; } = new("relations", "利害关系", () => new Relation { Number = "", PersonKind = "", PersonNumber = "", InspecteeNumber = "", Kind = "" },
    [
        Columns.Text<Relation>("关系编号", r => r.Number, 32, required: true),
        Columns.Choice<Relation>("人员类别", r => r.PersonKind, true, "执法人员", "专家"),
        Columns.Text<Relation>("人员编号", r => r.PersonNumber, 32, required: true),
        Columns.Text<Relation>("姓名", r => r.PersonName, 60),
        Columns.Text<Relation>("对象编号", r => r.InspecteeNumber, 32, required: true),
        Columns.Text<Relation>("对象名称", r => r.InspecteeName, 200),
        Columns.Text<Relation>("关系类型", r => r.Kind, 20, required: true),
        Columns.Text<Relation>("关系说明", r => r.Detail, 400),
        Columns.Day<Relation>("起始日期", r => r.From),
        Columns.Date<Relation>("截止日期", r => r.To),
        Columns.Text<Relation>("来源", r => r.Source, 60),
        Columns.Date<Relation>("登记日期", r => r.RegisteredOn),
    ])
    {
        Keys = ["关系编号"],
        Name = "关系类型",
    };

    public static RegisterForm<LeavePeriod> Leave { get; } = new("leave", "请假与公务", () => new LeavePeriod { Number = "", PersonNumber = "", Kind = "", Status = "" },
    [
        Columns.Text<LeavePeriod>("请假编号", r => r.Number, 32, required: true),
        Columns.Text<LeavePeriod>("人员编号", r => r.PersonNumber, 32, required: true),
        Columns.Text<LeavePeriod>("姓名", r => r.PersonName, 60),
        Columns.Text<LeavePeriod>("类别", r => r.Kind, 20, required: true),
        Columns.Day<LeavePeriod>("起始日期", r => r.From),
        Columns.Day<LeavePeriod>("截止日期", r => r.To),
        Columns.Text<LeavePeriod>("事由", r => r.Reason, 200),
        Columns.Text<LeavePeriod>("证明材料", r => r.Proof, 200),
        Columns.Text<LeavePeriod>("批准人", r => r.Approver, 60),
        Columns.Date<LeavePeriod>("批准日期", r => r.ApprovedOn),
        Columns.Choice<LeavePeriod>("状态", r => r.Status, true, "已批准", "待批准", "已撤销"),
    ])
    {
        Keys = ["请假编号"],
        Name = "姓名",
        Check = static (form, row) => NotBefore(form, row, "起始日期", "截止日期"),
    };

    public static RegisterForm<InspectionItem> Items { get; } = new("items", "抽查事项清单", () => new InspectionItem { Code = "", Category = "", Name = "", LegalBasis = "", Clauses = "", Department = "", Objects = "", Content = "", Sampling = "", Methods = "", Frequency = "" },
    [
        Columns.Text<InspectionItem>("事项编号", r => r.Code, 20, required: true),
        Columns.Count<InspectionItem>("版本", r => r.Version),
        Columns.Day<InspectionItem>("生效日期", r => r.EffectiveFrom),
        Columns.Date<InspectionItem>("失效日期", r => r.EffectiveTo),
        Columns.Choice<InspectionItem>("事项类别", r => r.Category, true, [.. InspectionItem.Categories]),
        Columns.Text<InspectionItem>("事项名称", r => r.Name, 200, required: true),
        Columns.Text<InspectionItem>("子项", r => r.SubItem, 200),
        Columns.Text<InspectionItem>("抽查依据", r => r.LegalBasis, 600, required: true),
        Columns.Text<InspectionItem>("依据条款", r => r.Clauses, 600, required: true),
        Columns.Text<InspectionItem>("依据原文", r => r.BasisText, 2000),
        Columns.Text<InspectionItem>("依据链接", r => r.BasisLink, 400),
        Columns.Text<InspectionItem>("抽查主体", r => r.Department, 100, required: true),
        Columns.Text<InspectionItem>("主体层级", r => r.DepartmentLevel, 20),
        Columns.Text<InspectionItem>("抽查对象", r => r.Objects, 400, required: true),
        Columns.Text<InspectionItem>("对象筛选条件", r => r.ObjectFilter, 400),
        Columns.Text<InspectionItem>("抽查内容", r => r.Content, 600, required: true),
        Columns.Choice<InspectionItem>("抽查方式", r => r.Sampling, true, "定向", "不定向", "全面"),
        Columns.Names<InspectionItem>("检查方式", r => r.Methods, 100, CodeTables.Methods, required: true),
        Columns.Ratio<InspectionItem>("抽查比例", r => r.Ratio),
        Columns.Text<InspectionItem>("抽查频次", r => r.Frequency, 60, required: true),
        Columns.Number<InspectionItem>("频次上限", r => r.YearlyCap),
        Columns.Text<InspectionItem>("重点一般", r => r.Weight, 10),
        Columns.YesNo<InspectionItem>("是否随机抽查", r => r.IsRandom),
        Columns.Text<InspectionItem>("不适用代码", r => r.ExclusionCode, 2),
        Columns.Several<InspectionItem>("人员专业要求", r => r.Speciality, 100),
        Columns.YesNo<InspectionItem>("是否跨部门", r => r.IsJoint),
        Columns.Text<InspectionItem>("编制科室", r => r.OwnerSection, 100),
        Columns.Text<InspectionItem>("法制审核人", r => r.ReviewedBy, 60),
        Columns.Date<InspectionItem>("法制审核日期", r => r.ReviewedOn),
        Columns.Text<InspectionItem>("法制审核意见", r => r.ReviewOpinion, 400),
        Columns.Date<InspectionItem>("公示日期", r => r.PublishedOn),
        Columns.Text<InspectionItem>("公示渠道", r => r.Channel, 200),
        Columns.Text<InspectionItem>("备注", r => r.Note, 400),
    ])
    {
        Keys = ["事项编号", "版本"],
        Name = "事项名称",
        // Review and publication are each another person's (S001-10); after them what changes is a new version, so that what was drawn keeps what it was drawn for.
        Steps = ["法制审核人", "法制审核日期", "法制审核意见", "公示日期"],
        ClosedBy = "公示日期",
        Owner = "编制科室",
        OpenWhenClosed = ["失效日期", "备注", "公示渠道"],
        Check = static (form, row) => NotBefore(form, row, "生效日期", "失效日期"),
    };

    public static RegisterForm<ChecklistEntry> Checklists { get; } = new("checklists", "检查表", () => new ChecklistEntry { TemplateCode = "", TemplateName = "", ItemCode = "", EntryCode = "", Content = "", Basis = "", Clause = "", Verdicts = "" },
    [
        Columns.Text<ChecklistEntry>("模板编号", r => r.TemplateCode, 40, required: true),
        Columns.Text<ChecklistEntry>("模板名称", r => r.TemplateName, 100, required: true),
        Columns.Count<ChecklistEntry>("模板版本", r => r.TemplateVersion),
        Columns.Day<ChecklistEntry>("生效日期", r => r.EffectiveFrom),
        Columns.Text<ChecklistEntry>("适用事项", r => r.ItemCode, 20, required: true),
        Columns.Text<ChecklistEntry>("条目编号", r => r.EntryCode, 40, required: true),
        Columns.Count<ChecklistEntry>("序号", r => r.Sequence),
        Columns.Text<ChecklistEntry>("分组", r => r.Group, 40),
        Columns.Text<ChecklistEntry>("检查内容", r => r.Content, 400, required: true),
        Columns.Text<ChecklistEntry>("检查方法", r => r.Method, 200),
        Columns.Text<ChecklistEntry>("依据", r => r.Basis, 200, required: true),
        Columns.Text<ChecklistEntry>("依据条款", r => r.Clause, 200, required: true),
        Columns.Text<ChecklistEntry>("判定选项", r => r.Verdicts, 100, required: true),
        Columns.Choice<ChecklistEntry>("默认隐患等级", r => r.DefaultGrade, false, "一般", "重大"),
        Columns.Text<ChecklistEntry>("重大隐患判定依据", r => r.MajorCriterion, 400),
        Columns.Text<ChecklistEntry>("不符合处置建议", r => r.Advice, 100),
        Columns.Text<ChecklistEntry>("处罚依据", r => r.PenaltyBasis, 400),
        Columns.Text<ChecklistEntry>("裁量基准", r => r.Discretion, 400),
        Columns.YesNo<ChecklistEntry>("必查", r => r.IsMandatory),
        Columns.YesNo<ChecklistEntry>("需证据", r => r.NeedsEvidence),
        Columns.Text<ChecklistEntry>("建议分工", r => r.Expert, 20),
        Columns.Text<ChecklistEntry>("备注", r => r.Note, 400),
    ])
    {
        Keys = ["条目编号"],
        Name = "检查内容",
    };

    public static RegisterForm<PlanLine> Plan { get; } = new("plan", "年度计划", () => new PlanLine { PlanNo = "", ItemCode = "", ItemName = "", LeadUnit = "", Sampling = "", RatioBase = "" },
    [
        Columns.Count<PlanLine>("计划年度", r => r.Year),
        Columns.Text<PlanLine>("计划编号", r => r.PlanNo, 60, required: true),
        Columns.Count<PlanLine>("行号", r => r.LineNo),
        Columns.Text<PlanLine>("事项编号", r => r.ItemCode, 20, required: true),
        Columns.Text<PlanLine>("事项名称", r => r.ItemName, 200, required: true),
        Columns.Text<PlanLine>("实施依据", r => r.Basis, 600),
        Columns.Text<PlanLine>("类型", r => r.Kind, 20),
        Columns.Text<PlanLine>("牵头单位", r => r.LeadUnit, 100, required: true),
        Columns.Text<PlanLine>("参与单位", r => r.Participants, 200),
        Columns.Text<PlanLine>("承办机构", r => r.Section, 100),
        Columns.Choice<PlanLine>("抽查方式", r => r.Sampling, true, "定向", "不定向", "全面"),
        Columns.Names<PlanLine>("检查方式", r => r.Method, 100, CodeTables.Methods),
        Columns.Count<PlanLine>("基数", r => r.BaseCount),
        Columns.Day<PlanLine>("基数日期", r => r.BaseDate),
        Columns.Number<PlanLine>("名录库可抽数", r => r.PoolCount),
        Columns.Ratio<PlanLine>("抽查比例", r => r.Ratio),
        Columns.Text<PlanLine>("比例口径", r => r.RatioBase, 40, required: true),
        Columns.Count<PlanLine>("抽查户数", r => r.SampleSize),
        Columns.Text<PlanLine>("全面检查理由", r => r.FullCheckReason, 200),
        Columns.Text<PlanLine>("检查内容", r => r.Content, 600),
        Columns.Text<PlanLine>("检查频次", r => r.Frequency, 60),
        Columns.Number<PlanLine>("频次上限", r => r.YearlyCap),
        Columns.Day<PlanLine>("时间安排起", r => r.PeriodFrom),
        Columns.Day<PlanLine>("时间安排止", r => r.PeriodTo),
        Columns.Count<PlanLine>("每组执法人员数", r => r.OfficersPerGroup),
        Columns.Count<PlanLine>("每组专家数", r => r.ExpertsPerGroup),
        Columns.YesNo<PlanLine>("是否跨部门联合", r => r.IsJoint),
        Columns.Text<PlanLine>("人员专业要求", r => r.Speciality, 100),
        Columns.Text<PlanLine>("备注", r => r.Note, 400),
        Columns.Text<PlanLine>("比例理由", r => r.RatioReason, PlanLine.ReasonMaxLength),
        Columns.Text<PlanLine>("合并事项", r => r.MergedItems, PlanLine.MergedMaxLength),
        Columns.Choice<PlanLine>("对象分层", r => r.Strata, false, [.. PlanLine.StrataNames]),
        Columns.Text<PlanLine>("分层权重", r => r.StrataWeights, PlanLine.ReasonMaxLength),
        Columns.Choice<PlanLine>(FullCheck.Header, r => r.FullCheckCode, false, [.. FullCheck.Codes.Select(c => c.Code)]),
        Columns.Number<PlanLine>("经费预算", r => r.Budget),
    ])
    {
        Derived = [(FullCheck.Header, FullCheck.Read)],
        Keys = ["计划编号", "行号"],
        Name = "事项名称",
        Check = static (form, row) => NotBefore(form, row, "时间安排起", "时间安排止"),
    };

    public static RegisterForm<Demand> Demands { get; } = new("demands", "抽查需求", () => new Demand { Number = "", Unit = "", ItemCode = "", Reason = "" },
    [
        Columns.Text<Demand>("需求编号", r => r.Number, 32, required: true),
        Columns.Text<Demand>("提出单位", r => r.Unit, 100, required: true),
        Columns.Text<Demand>("提出人", r => r.Person, 60),
        Columns.Day<Demand>("提出日期", r => r.RaisedOn),
        Columns.Text<Demand>("事项编号", r => r.ItemCode, 20, required: true),
        Columns.Text<Demand>("事项名称", r => r.ItemName, 200),
        Columns.Text<Demand>("需求理由", r => r.Reason, 400, required: true),
        Columns.Number<Demand>("建议户数", r => r.WantedCount),
        Columns.Date<Demand>("建议时段起", r => r.PeriodFrom),
        Columns.Date<Demand>("建议时段止", r => r.PeriodTo),
        Columns.YesNo<Demand>("是否紧急", r => r.IsUrgent),
        Columns.Text<Demand>("处理意见", r => r.Handling, 400),
        Columns.Text<Demand>("处理状态", r => r.Status, 20),
        Columns.Text<Demand>("逾期理由", r => r.LateReason, Demand.ReasonMaxLength),
        Columns.Text<Demand>("纳入计划编号", r => r.PlanNo, 60),
        Columns.Number<Demand>("纳入行号", r => r.LineNo),
    ])
    {
        Keys = ["需求编号"],
        Name = "事项名称",
    };

    public static RegisterForm<CodeEntry> Codes { get; } = new("codes", "代码表", () => new CodeEntry { TableName = "", Code = "", Name = "" },
    [
        Columns.Text<CodeEntry>("代码表", r => r.TableName, 40, required: true),
        Columns.Text<CodeEntry>("代码", r => r.Code, 40, required: true),
        Columns.Text<CodeEntry>("名称", r => r.Name, 200, required: true),
        Columns.Text<CodeEntry>("上级代码", r => r.ParentCode, 40),
        Columns.Text<CodeEntry>("来源", r => r.Source, 200),
        Columns.Date<CodeEntry>("启用日期", r => r.EffectiveFrom),
        Columns.Date<CodeEntry>("停用日期", r => r.EffectiveTo),
        Columns.Text<CodeEntry>("备注", r => r.Note, 400),
    ])
    {
        Keys = ["代码表", "代码"],
        Name = "名称",
        Check = static (form, row) => NotBefore(form, row, "启用日期", "停用日期"),
    };

    /// <summary>The form of a kind; null when there is none.</summary>
    public static RegisterForm? Find(string kind) => All.FirstOrDefault(f => f.Kind == kind);

    public static IReadOnlyList<RegisterForm> All { get; } = [Inspectees, Officers, Experts, Relations, Leave, Items, Checklists, Plan, Demands, UpperTask.Form, Codes];
}
