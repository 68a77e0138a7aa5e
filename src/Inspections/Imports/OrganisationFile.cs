using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>The office's own file, <c>organisation.json</c>: one record, kept as it was written.</summary>
internal static class OrganisationFile
{
    private const int MaxLength = 256 * 1024;

    public const string Kind = "organisation";
    public const string Title = "机构信息";

    public static async Task<ImportReport> ImportAsync(DbContext db, TextReader reader, bool dryRun, CancellationToken cancellationToken)
    {
        var text = await reader.ReadToEndAsync(cancellationToken);
        if (text.Length > MaxLength) return Refused("organisation.json", "too-long");
        Organisation? office;
        try
        {
            office = JsonSerializer.Deserialize<Organisation>(text, OfficeProfile.Reading);
        }
        catch (JsonException e)
        {
            return Refused(e.Path ?? "$", "bad-format", $"{e.LineNumber + 1}:{e.BytePositionInLine + 1}", "");
        }
        if (FirstMissing(office) is { } missing) return Refused(missing, "missing-value");
        if (office!.Region.Code.Length != 6 || !office.Region.Code.All(char.IsAsciiDigit)) return Refused("region.code", "bad-format", office.Region.Code, "");
        if (office.TeamProfiles?.FirstOrDefault(p => p.Officers is null || p.Officers.Min < 2) is { } weak) return Refused($"teamProfiles.{weak.Key}.officers.min", "out-of-range", weak.Officers?.Min ?? 0);
        if (office.MarketEntityTotal is { Count: < 1 } total) return Refused("marketEntityTotal.count", "out-of-range", total.Count);

        var row = await db.Set<OfficeProfile>().FindAsync([OfficeProfile.TheOffice], cancellationToken);
        if (row?.Json == text) return new ImportReport(1, 0, 0, 1, 0, []);
        // Which law's periods hold is changed by two persons on its own page, and running clocks with it.
        if (row?.Profile is { } held && held != office.Profile) return Refused("profile", "profile-held", office.Profile ?? "", held);
        var made = new OfficeProfile
        {
            Name = office.Bureau.Name,
            ShortName = office.Bureau.ShortName,
            RegionCode = office.Region.Code,
            RegionName = office.Region.Name,
            Profile = office.Profile,
            Json = text,
        };
        if (!dryRun)
        {
            if (row is null) db.Add(made);
            else db.Entry(row).CurrentValues.SetValues(made);
        }
        return row is null ? new ImportReport(1, 1, 0, 0, 0, []) : new ImportReport(1, 0, 1, 0, 0, []);
    }

    public static async Task ExportAsync(DbContext db, TextWriter writer, CancellationToken cancellationToken)
    {
        if (await OfficeProfile.CurrentAsync(db, cancellationToken) is { } profile) await writer.WriteAsync(profile.Json.AsMemory(), cancellationToken);
    }

    private static string? FirstMissing(Organisation? office) => office switch
    {
        null => "organisation.json",
        { Region: null } => "region",
        { Region.Code: null or "" } => "region.code",
        { Region.Name: null or "" } => "region.name",
        { Bureau: null } => "bureau",
        { Bureau.Name: null or "" } => "bureau.name",
        _ => null,
    };

    /// <summary>A fault of the file leaves the profile as it was.</summary>
    private static ImportReport Refused(string field, string code, params object[] arguments)
        => new(1, 0, 0, 0, 1, [new ImportError(0, field, code, Texts.Of($"imports.{code}", [0, field, .. arguments]))]);
}
