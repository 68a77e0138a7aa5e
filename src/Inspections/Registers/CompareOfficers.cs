using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>
/// 与法制机构执法人员数据库比对 (S002-07): our register against the legal office's list, told apart by the certificate's number, or by the name where there is none.
/// Nothing is changed: who differs is put right in the register that is wrong.
/// </summary>
public sealed record CompareOfficers(Stream File);

/// <param name="Kind">只在本名录、只在对方、不一致</param>
public sealed record OfficerDifference(string Kind, string Number, string Name, string CertificateNo, string What);

public sealed record OfficerComparison(int Ours, int Theirs, int Same, IReadOnlyList<OfficerDifference> Differences)
{
    /// <summary>Columns of the list that say nothing here and were not compared.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

public sealed class CompareOfficersHandler(DbContext db, IAuditTrail audit)
{
    /// <summary>Officers of a province.</summary>
    private const int MaxRows = 200_000;

    public async Task<Result<OfficerComparison>> HandleAsync(CompareOfficers command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("imports.not-your-role");
        var form = RegisterForms.Officers;
        List<(string Name, string CertificateNo, string ValidTo, string Status)> theirs = [];
        IReadOnlyList<string> unknown;
        try
        {
            using var source = RowSource.Open(command.File);
            var (places, unread, twice) = HeaderWords.Match(form, source.Headers);
            // Above its header a list has its title, its unit and its day.
            for (var above = 0; above < ImportRun.MaxTitleRows && places[form.IndexOf("姓名")] < 0 && source.TakeNextHeader(); above++) (places, unread, twice) = HeaderWords.Match(form, source.Headers);
            unknown = unread;
            if (twice is not null) return Refusal.Invalid("imports.column-twice", "file", twice);
            int Place(string header) => places[form.IndexOf(header)];
            if (Place("姓名") < 0) return Refusal.Invalid("imports.missing-column", "file", "姓名", form.Title);
            var row = new StagedRow(form.All.Count);
            string Cell(string header) => Place(header) >= 0 && Cells.Plain(source.Field(Place(header))) is var cell && !Cells.HasControl(cell) ? Encoding.UTF8.GetString(Cells.Composed(cell)) : "";
            string DayOf(string header)
            {
                var at = form.IndexOf(header);
                row.Clear();
                return Place(header) >= 0 && form.All[at].Read(Cells.Plain(source.Field(Place(header))), row, at) is null && row.NumberAt(at) is { } day ? DateOnly.FromDayNumber(day).Iso() : Cell(header);
            }
            while (source.Read())
            {
                if (Cell("姓名").Length + Cell("执法证号").Length == 0) continue;
                if (theirs.Count >= MaxRows) return Refusal.Invalid("registers.too-many-officers", "file", MaxRows);
                theirs.Add((Cell("姓名"), Cell("执法证号"), DayOf("证件有效期至"), Cell("证件状态")));
            }
        }
        catch (FileFaultException e)
        {
            return Refusal.Invalid("registers.unreadable", "file", e.Message);
        }

        var ours = await db.Set<Officer>().AsNoTracking().OrderBy(o => o.Number).ToListAsync(cancellationToken);
        var byCertificate = theirs.Where(t => t.CertificateNo.Length > 0).GroupBy(t => t.CertificateNo, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var byName = theirs.ToLookup(t => t.Name, StringComparer.Ordinal);
        List<OfficerDifference> differences = [];
        HashSet<(string, string)> met = [];
        var same = 0;
        foreach (var officer in ours)
        {
            var certificate = officer.CertificateNo ?? "";
            var found = certificate.Length > 0 && byCertificate.TryGetValue(certificate, out var exact) ? exact : byName[officer.Name].FirstOrDefault();
            if (found == default)
            {
                // Without a certificate nobody expects the person there.
                if (certificate.Length > 0) differences.Add(new OfficerDifference("只在本名录", officer.Number, officer.Name, certificate, ""));
                continue;
            }
            met.Add((found.Name, found.CertificateNo));
            List<string> what = [];
            void Differ(string header, string mine, string other)
            {
                if (other.Length > 0 && mine != other) what.Add($"{header}：{(mine.Length == 0 ? "（空）" : mine)} → {other}");
            }
            Differ("姓名", officer.Name, found.Name);
            Differ("执法证号", certificate, found.CertificateNo);
            Differ("证件有效期至", officer.CertificateValidTo?.Iso() ?? "", found.ValidTo);
            Differ("证件状态", officer.CertificateStatus, found.Status);
            if (what.Count == 0) same++;
            else differences.Add(new OfficerDifference("不一致", officer.Number, officer.Name, certificate, string.Join('；', what)));
        }
        differences.AddRange(theirs.Where(t => !met.Contains((t.Name, t.CertificateNo))).Select(t => new OfficerDifference("只在对方", "", t.Name, t.CertificateNo, t.ValidTo)));
        audit.Record(change, "register/officers", "与法制机构数据库比对", form.Title, new System.Text.Json.Nodes.JsonObject { ["ours"] = ours.Count, ["theirs"] = theirs.Count, ["same"] = same, ["differences"] = differences.Count });
        return new OfficerComparison(ours.Count, theirs.Count, same, differences) { Unknown = unknown };
    }
}
