using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>
/// 谁实施、谁编制、谁公开、谁调整 (S001-06; S002-06): whose entries of a register a person may change. Planners keep all of it – where the office names lead sections
/// (<see cref="RegisterRules"/>), those of them that are in one or in none – everybody else the object register's and the item list's entries of the own section.
/// </summary>
/// <param name="MayChange">Whether anything of the register.</param>
/// <param name="Owners">The names under which the person's section stands in the register, the one that new entries get first; null: all entries.</param>
public sealed record RegisterRights(bool MayChange, IReadOnlyList<string>? Owners = null)
{
    /// <summary>May read what all may read.</summary>
    public static RegisterRights None { get; } = new(false);

    public static RegisterRights All { get; } = new(true);

    /// <summary>Whose section new entries belong to; null for who keeps all.</summary>
    public string? Own => Owners?[0];

    /// <summary>牵头: who keeps every entry, gives one section's to another and sees the personal data of all.</summary>
    public bool KeepsAll => MayChange && Owners is null;

    /// <summary>Whether an entry of that section may be changed; one of no section is the lead section's.</summary>
    public bool Covers(string? owner) => KeepsAll || (MayChange && owner is not null && Owners!.Contains(owner, StringComparer.Ordinal));

    public static async Task<RegisterRights> OfAsync(DbContext db, Actor by, RegisterForm form, CancellationToken cancellationToken)
    {
        if (by.IsSystem) return All;
        if (form.Owner is null) return by.Is(Roles.Planner) ? All : None;
        if (!by.IsAny(Roles.Planner, Roles.Registrar, Roles.SectionHead)) return None;
        var section = string.IsNullOrWhiteSpace(by.Section) ? null : by.Section.Trim();
        if (by.Is(Roles.Planner) && section is null) return All;
        var office = await OfficeProfile.CurrentAsync(db, cancellationToken);
        if (by.Is(Roles.Planner) && (office?.Data.Registers?.LeadSections is not { Count: > 0 } lead || lead.Contains(section!, StringComparer.Ordinal))) return All;
        return section is null ? None : new(true, NamesOf(section, by.Department?.Trim(), office));
    }

    /// <summary>
    /// An office writes its own sections by their name, those of another department behind that department's name, in full or without the place before it:
    /// 县市场监督管理局信用监管科 for the section 信用监管科 of 崇信县市场监督管理局. Two departments may each have an 执法大队.
    /// </summary>
    private static IReadOnlyList<string> NamesOf(string section, string? department, OfficeProfile? office)
    {
        List<string> names = [];
        if (string.IsNullOrEmpty(department) || office is null || department == office.Name || department == office.ShortName) names.Add(section);
        for (var from = 0; from < (department?.Length ?? 0); from++) names.Add(department![from..] + section);
        return names;
    }
}

/// <summary>Whether a person may look into an import, which shows whole rows: who handed the file in, and who keeps the whole register.</summary>
public static class ImportRights
{
    public static async Task<bool> MayReadAsync(DbContext db, Actor by, ImportJob job, CancellationToken cancellationToken)
        => RegisterForms.Find(job.Kind) is not { } form ? by.Is(Roles.Planner)
            : await RegisterRights.OfAsync(db, by, form, cancellationToken) is { MayChange: true } rights && (rights.KeepsAll || job.ById == by.Id);
}
