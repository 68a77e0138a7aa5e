using System.Text;

namespace DoubleRandom.Inspections.Imports;

/// <summary>
/// Which column a header of an office's file means. Full width, spaces, case, asterisks and what stands in brackets do not matter; other systems'
/// usual words are known. A word counts only in a register that has the column.
/// </summary>
internal static class HeaderWords
{
    /// <summary>Columns of a downloaded refusal file that are no part of the register.</summary>
    public const string Reason = "不合格原因";

    public const string Line = "原文件行号";

    private static readonly (string Header, string[] Words)[] Known =
    [
        ("对象编号", ["编号", "检查对象编号", "主体编号"]),
        ("名称", ["企业名称", "单位名称", "主体名称", "市场主体名称", "对象名称", "检查对象名称", "字号名称"]),
        ("曾用名", ["曾用名称", "原名称", "原企业名称"]),
        ("统一社会信用代码", ["社会信用代码", "信用代码", "统一代码", "统一信用代码", "统一社会信用代码/注册号", "uscc"]),
        ("其他身份代码", ["其他代码", "身份代码", "组织机构代码"]),
        ("注册号", ["工商注册号", "营业执照注册号"]),
        ("主体类型", ["市场主体类型"]),
        ("企业类型", ["公司类型", "市场主体类型名称"]),
        ("行业代码", ["行业门类代码", "国民经济行业代码"]),
        ("行业名称", ["所属行业", "行业", "国民经济行业"]),
        ("行政区划", ["行政区划代码", "区划代码", "所在区划", "所属区县代码"]),
        ("乡镇", ["所属乡镇", "所在乡镇", "乡镇街道"]),
        ("住所", ["登记住所", "注册地址", "住址", "企业住所", "经营场所"]),
        ("生产经营地址", ["经营地址", "实际经营地址", "生产地址"]),
        ("法定代表人", ["法人", "法人代表", "负责人", "经营者", "法定代表人姓名", "投资人"]),
        ("联系电话", ["电话", "手机", "联系方式", "手机号码"]),
        ("手机号码", ["电话", "手机", "联系方式", "联系电话"]),
        ("登记状态", ["企业状态", "经营状态", "主体状态", "登记经营状态"]),
        ("成立日期", ["注册日期", "设立日期", "开业日期"]),
        ("注册资本万元", ["注册资本", "注册资金", "注册资金万元"]),
        ("从业人数", ["从业人员", "职工人数", "员工人数"]),
        ("监管行业领域", ["监管领域", "行业领域", "安全监管行业"]),
        ("信用等级", ["信用风险等级", "信用分类", "信用风险分类"]),
        ("风险等级", ["安全风险等级"]),
        ("人员编号", ["编号", "工号"]),
        ("专家编号", ["编号"]),
        ("姓名", ["执法人员姓名", "专家姓名", "人员姓名"]),
        ("单位", ["工作单位", "所在单位", "执法单位"]),
        ("内设机构", ["科室", "部门", "所属科室"]),
        ("身份证号", ["身份证号码", "公民身份号码"]),
        ("职务", ["现任职务", "岗位"]),
        ("人员性质", ["编制性质", "编制类型", "人员身份"]),
        ("状态", ["在岗状态", "在职状态", "人员状态"]),
        ("执法证号", ["执法证件号", "执法证件编号", "行政执法证号", "行政执法证编号", "行政执法证件号", "行政执法证件编号", "执法证编号", "证件号", "证件编号"]),
        ("证件有效期至", ["执法证有效期", "执法证有效期至", "有效期至", "有效期止", "证件有效期", "证件有效期限"]),
        ("发证日期", ["发证时间"]),
        ("事项编号", ["编号", "事项代码"]),
        ("事项名称", ["抽查事项", "抽查事项名称"]),
    ];

    /// <summary>For each column of the form its place in the file, −1 when it is not there; and the headers that mean no column.</summary>
    public static (int[] Places, IReadOnlyList<string> Unknown, string? Twice) Match(RegisterForm form, IReadOnlyList<string> headers)
    {
        var places = new int[form.All.Count];
        Array.Fill(places, -1);
        List<string> unknown = [];
        string? twice = null;
        List<int> left = [];
        for (var i = 0; i < headers.Count; i++)
        {
            var plain = Plain(headers[i]);
            var at = IndexOf(form, plain);
            if (at < 0) left.Add(i);
            else if (places[at] >= 0) twice ??= headers[i];
            else places[at] = i;
        }
        // Only after the office's own words: “编号” is the column's other name unless the column itself is there.
        foreach (var i in left)
        {
            var plain = Plain(headers[i]);
            var at = Known.Where(k => k.Words.Contains(plain, StringComparer.Ordinal)).Select(k => form.IndexOf(k.Header)).FirstOrDefault(p => p >= 0 && places[p] < 0, -1);
            if (at >= 0) places[at] = i;
            else if (plain.Length > 0 && plain is not (Reason or Line or "序号")) unknown.Add(headers[i]);
        }
        return (places, unknown, twice);
    }

    private static int IndexOf(RegisterForm form, string plain)
    {
        if (form.IndexOf(plain) is var exact and >= 0) return exact;
        for (var i = 0; i < form.All.Count; i++)
        {
            if (string.Equals(Plain(form.All[i].Property), plain, StringComparison.Ordinal)) return i;
        }
        return -1;
    }

    private static string Plain(string header)
    {
        var text = new StringBuilder(header.Length);
        var depth = 0;
        foreach (var c in header.Replace("\uFFFE", "", StringComparison.Ordinal).Normalize(NormalizationForm.FormKC))
        {
            if (c is '(' or '[' or '【') depth++;
            else if (c is ')' or ']' or '】') depth = Math.Max(0, depth - 1);
            else if (depth == 0 && !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('*' or '\uFEFF' or '_')) text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
