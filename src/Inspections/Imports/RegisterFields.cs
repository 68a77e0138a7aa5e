using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Imports;

/// <param name="Kind">As files are imported: <c>inspectees</c>, <c>officers</c> …</param>
public sealed record RegisterKind(string Kind, string Title);

/// <param name="Header">The heading of the register's file.</param>
public sealed record RegisterValue(string Header, string Value);

/// <summary>Rows of the registers under the headings of their files, for pages that show one row whole.</summary>
public static class RegisterFields
{
    /// <summary>Everything that can be imported, in the order of the forms.</summary>
    public static IReadOnlyList<RegisterKind> Kinds { get; } = [.. RegisterForms.All.Select(f => new RegisterKind(f.Kind, f.Title)), new(OrganisationFile.Kind, OrganisationFile.Title)];

    public static IReadOnlyList<RegisterValue> Of(Inspectee row) => Read(RegisterForms.Inspectees, row);

    public static IReadOnlyList<RegisterValue> Of(Officer row) => Read(RegisterForms.Officers, row);

    public static IReadOnlyList<RegisterValue> Of(Expert row) => Read(RegisterForms.Experts, row);

    public static IReadOnlyList<RegisterValue> Of(InspectionItem row) => Read(RegisterForms.Items, row);

    private static IReadOnlyList<RegisterValue> Read<T>(RegisterForm<T> form, T row) where T : class, IRegisterEntry
        => [.. form.Columns.Select(c => new RegisterValue(c.Header, c.Get(row)))];
}
