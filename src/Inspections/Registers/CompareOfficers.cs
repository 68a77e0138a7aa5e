using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>
/// 人员名录比对: with the legal office's officer database (S002-07) or the office's own staff (S001-18). A person is told by the identity number, the certificate's number,
/// the number together with the name, or the name. Nothing is changed: who differs is put right in the list that is wrong.
/// </summary>
/// <param name="List">One of <see cref="OfficerLists"/>.</param>
/// <param name="On">As of which day the list was drawn up; null: today.</param>
public sealed record CompareOfficers(Stream File, string List = OfficerLists.Legal, DateOnly? On = null, string? FileName = null);

public sealed class CompareOfficersHandler(DbContext db, IAuditTrail audit, PersonalSeal seal)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<Result<OfficerComparison>> HandleAsync(CompareOfficers command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("imports.not-your-role");
        if (!OfficerLists.All.Contains(command.List)) return Refusal.Invalid("registers.which-list", "list", string.Join('、', OfficerLists.All));
        var on = command.On ?? change.On;
        if (on > change.On || on < change.On.AddYears(-1)) return Refusal.Invalid("registers.list-day", "on");
        Result<OfficerList> read;
        try
        {
            read = OfficerList.Read(command.File);
        }
        catch (FileFaultException e)
        {
            return Refusal.Invalid("registers.unreadable", "file", e.Message);
        }
        if (read.Refusal is { } refusal) return refusal;
        var list = read.Value;
        if (list.People.Count == 0) return Refusal.Invalid("registers.nobody-listed", "file");
        // The same form sent twice is one comparison.
        if (await db.Set<OfficerComparison>().FindAsync([change.OperationId], cancellationToken) is { } known) return known;

        var form = RegisterForms.Officers;
        var ours = (await db.Set<Officer>().AsNoTracking().OrderBy(o => o.Number).ToListAsync(cancellationToken)).ConvertAll(o => new Mine(o, seal.Plain(form["身份证号"], o.IdNumber ?? "")));
        var found = Match(ours, list.People);
        List<OfficerDifference> differences = [];
        var same = 0;
        var isStaff = command.List == OfficerLists.Staff;
        for (var i = 0; i < ours.Count; i++)
        {
            var officer = ours[i].Officer;
            var certificate = officer.CertificateNo ?? "";
            if (found[i] < 0)
            {
                // Without a certificate nobody expects the person in the legal office's database.
                if (isStaff || certificate.Length > 0) differences.Add(new OfficerDifference("只在本名录", officer.Number, officer.Name, certificate, ""));
                continue;
            }
            var what = Differences(ours[i], list.People[found[i]], isStaff);
            if (what.Count == 0) same++;
            else differences.Add(new OfficerDifference("不一致", officer.Number, officer.Name, certificate, string.Join('；', what)));
        }
        var met = found.Where(f => f >= 0).ToHashSet();
        // Who need not be in the register is not missed there.
        differences.AddRange(list.People.Where((p, i) => p.Absence is null && !met.Contains(i)).Select(p => new OfficerDifference("只在对方", isStaff ? p.Number : "", p.Name, p.CertificateNo, string.Join(' ', ((string[])[p.Section, p.Post, p.ValidTo]).Where(t => t.Length > 0)))));
        var comparison = new OfficerComparison
        {
            Id = change.OperationId == default ? Ids.New(change) : change.OperationId,
            List = command.List,
            ListOn = on,
            At = change.At,
            ByName = change.By.Name,
            FileName = command.FileName is { Length: > OfficerComparison.FileNameMaxLength } name ? name[^OfficerComparison.FileNameMaxLength..] : command.FileName,
            Ours = ours.Count,
            Theirs = list.People.Count,
            Wanted = list.People.Count(p => p.Absence is null),
            Covered = met.Count(i => list.People[i].Absence is null),
            Same = same,
            Differing = differences.Count,
            DifferencesJson = JsonSerializer.Serialize(differences.Take(OfficerComparison.MaxDifferences), Plain),
            UnknownJson = JsonSerializer.Serialize(list.Unknown.Take(50), Plain),
        };
        db.Add(comparison);
        audit.Record(change, $"register/{form.Kind}", $"与{command.List}比对", form.Title, new JsonObject
        {
            ["comparison"] = comparison.Id.ToString(),
            ["on"] = on.Iso(),
            ["ours"] = comparison.Ours,
            ["theirs"] = comparison.Theirs,
            ["wanted"] = comparison.Wanted,
            ["covered"] = comparison.Covered,
            ["same"] = same,
            ["differences"] = differences.Count,
        });
        return comparison;
    }

    /// <summary>For each of ours the place of the same person on the list, −1: not there. What tells a person best is tried first, for all.</summary>
    private static int[] Match(List<Mine> ours, IReadOnlyList<ListedOfficer> theirs)
    {
        var found = new int[ours.Count];
        Array.Fill(found, -1);
        var isMet = new bool[theirs.Count];
        void Try(Func<Mine, string?> mine, Func<ListedOfficer, string?> other)
        {
            var free = Enumerable.Range(0, theirs.Count).Where(i => !isMet[i] && !string.IsNullOrEmpty(other(theirs[i]))).GroupBy(i => other(theirs[i])!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
            for (var i = 0; i < ours.Count; i++)
            {
                if (found[i] >= 0 || mine(ours[i]) is not { Length: > 0 } key || !free.TryGetValue(key, out var places)) continue;
                // Two people of one name have two identity numbers.
                var place = places.FindIndex(p => ours[i].IdNumber.Length == 0 || theirs[p].IdNumber.Length == 0 || ours[i].IdNumber == theirs[p].IdNumber || theirs[p].CertificateNo == ours[i].Officer.CertificateNo);
                if (place < 0) continue;
                (found[i], isMet[places[place]]) = (places[place], true);
                places.RemoveAt(place);
            }
        }
        Try(m => m.IdNumber, t => t.IdNumber);
        Try(m => m.Officer.CertificateNo, t => t.CertificateNo);
        Try(m => $"{m.Officer.Number}\n{m.Officer.Name}", t => t.Number.Length == 0 ? null : $"{t.Number}\n{t.Name}");
        Try(m => $"{m.Officer.Section}\n{m.Officer.Name}", t => t.Section.Length == 0 ? null : $"{t.Section}\n{t.Name}");
        Try(m => m.Officer.Name, t => t.Name);
        return found;
    }

    private static List<string> Differences(Mine mine, ListedOfficer other, bool isStaff)
    {
        var officer = mine.Officer;
        List<string> what = [];
        void Differ(string header, string? ours, string theirs)
        {
            if (theirs.Length > 0 && (ours ?? "") != theirs) what.Add($"{header}：{(string.IsNullOrEmpty(ours) ? "（空）" : ours)} → {theirs}");
        }
        Differ("姓名", officer.Name, other.Name);
        if (mine.IdNumber.Length > 0 && other.IdNumber.Length > 0 && mine.IdNumber != other.IdNumber) what.Add($"身份证号：{Mask.IdNumber(mine.IdNumber)} → {Mask.IdNumber(other.IdNumber)}");
        Differ("执法证号", officer.CertificateNo, other.CertificateNo);
        Differ("证件有效期至", officer.CertificateValidTo?.Iso(), other.ValidTo);
        Differ("证件状态", officer.CertificateStatus, other.Status);
        if (isStaff)
        {
            Differ("内设机构", officer.Section, other.Section);
            Differ("职务", officer.Post, other.Post);
        }
        // In the register the person may be drawn, and by the list is none who inspects.
        if (other.Absence is { } absence && !absence.StartsWith("证件", StringComparison.Ordinal) && officer is { StaffKind: "在编执法人员", CertificateStatus: "有效", MayBeDrawn: true }) what.Add($"对方名单：{absence}");
        return what;
    }

    private readonly record struct Mine(Officer Officer, string IdNumber);
}
