using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Inspections.Registers;

/// <summary>A person as another office's list has them; text that the list does not say is empty.</summary>
/// <param name="Absence">Why the person need not be in the officer register: auxiliary staff, gone, not engaged in supervision, no valid certificate. Null: has to be there (S001-18).</param>
public sealed record ListedOfficer(string Number, string Name, string IdNumber, string Section, string Post, string CertificateNo, string ValidTo, string Status, string? Absence);

/// <param name="Unknown">Columns of the list that say nothing here and were not compared.</param>
internal sealed record OfficerList(IReadOnlyList<ListedOfficer> People, IReadOnlyList<string> Unknown)
{
    /// <summary>Officers of a province.</summary>
    private const int MaxRows = 200_000;

    private const string Engaged = "从事监管";

    /// <summary>What other offices call the column that says who is engaged in supervision.</summary>
    private static readonly string[] EngagedWords = [Engaged, "是否从事监管", "从事监管工作", "执法岗位", "是否执法岗位", "从事执法", "是否从事执法"];

    /// <summary>Who never inspects, whatever the list calls them (54号文: 辅助人员、网格员、临时工).</summary>
    private static readonly string[] Auxiliary = ["辅助", "辅警", "协管", "网格", "临时", "聘用", "劳务", "合同", "工勤"];

    private static readonly string[] Gone = ["退休", "离职", "调出", "调离", "辞职", "辞退", "开除", "离岗", "死亡"];

    /// <summary>Reads a spreadsheet or CSV whose header has 姓名 and, of the officer register's other columns, those it has.</summary>
    /// <exception cref="FileFaultException">The file cannot be read.</exception>
    public static Result<OfficerList> Read(Stream file)
    {
        var form = RegisterForms.Officers;
        List<ListedOfficer> people = [];
        using var source = RowSource.Open(file);
        var (places, unread, twice) = HeaderWords.Match(form, source.Headers);
        // Above its header a list has its title, its unit and its day.
        for (var above = 0; above < ImportRun.MaxTitleRows && places[form.IndexOf("姓名")] < 0 && source.TakeNextHeader(); above++) (places, unread, twice) = HeaderWords.Match(form, source.Headers);
        if (twice is not null) return Refusal.Invalid("imports.column-twice", "file", twice);
        int Place(string header) => places[form.IndexOf(header)];
        if (Place("姓名") < 0) return Refusal.Invalid("imports.missing-column", "file", "姓名", form.Title);
        var engaged = source.Headers.ToList().FindIndex(h => EngagedWords.Contains(h.Trim(), StringComparer.Ordinal));
        var row = new StagedRow(form.All.Count);
        string At(int place) => place >= 0 && Cells.Plain(source.Field(place)) is var cell && !Cells.HasControl(cell) ? Encoding.UTF8.GetString(Cells.Composed(cell)).Trim() : "";
        string Cell(string header) => At(Place(header));
        string DayOf(string header)
        {
            var at = form.IndexOf(header);
            row.Clear();
            return Place(header) >= 0 && form.All[at].Read(Cells.Plain(source.Field(Place(header))), row, at) is null && row.NumberAt(at) is { } day ? DateOnly.FromDayNumber(day).Iso() : Cell(header);
        }
        string? AbsenceOf()
        {
            if (Gone.FirstOrDefault(Cell("状态").Contains) is not null) return Cell("状态");
            if (Auxiliary.FirstOrDefault(Cell("人员性质").Contains) is not null) return Cell("人员性质");
            if (engaged >= 0 && At(engaged) is not ("是" or "√" or "✓" or "Y" or "y" or "1")) return "不从事监管";
            if (Place("执法证号") >= 0 && Cell("执法证号").Length == 0) return "没有执法证";
            return Cell("证件状态") is { Length: > 0 } status and not "有效" ? $"证件{status}" : null;
        }
        while (source.Read())
        {
            if (Cell("姓名").Length + Cell("执法证号").Length == 0) continue;
            if (people.Count >= MaxRows) return Refusal.Invalid("registers.too-many-officers", "file", MaxRows);
            people.Add(new ListedOfficer(Cell("人员编号"), Cell("姓名"), Cell("身份证号").ToUpperInvariant(), Cell("内设机构"), Cell("职务"), Cell("执法证号"), DayOf("证件有效期至"), Cell("证件状态"), AbsenceOf()));
        }
        return new OfficerList(people, [.. unread.Where((h, _) => engaged < 0 || h != source.Headers[engaged])]);
    }
}
