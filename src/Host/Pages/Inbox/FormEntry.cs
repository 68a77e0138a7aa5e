using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>
/// What stands in a form: its defaults at first, what the person entered after a refusal. Names of inputs: <c>f.field</c>,
/// <c>f.table.3.column</c>; <c>n.table</c> is the number of lines shown, <c>k.field</c> the files already kept.
/// </summary>
public sealed class FormEntry
{
    /// <summary>Empty lines offered at the end of a table that may grow.</summary>
    private const int SpareRows = 2;

    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<UploadedFile>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Refusal> Refusals => _refusals;

    public static string NameOf(string field) => $"f.{field}";

    public static string NameOf(string table, int row, string column) => string.Create(CultureInfo.InvariantCulture, $"f.{table}.{row}.{column}");

    /// <summary>The form as it is opened.</summary>
    public static FormEntry Defaults(FormView view)
    {
        var entry = new FormEntry();
        foreach (var field in view.Fields)
        {
            if (field.Kind is FieldKind.Rows)
            {
                var rows = (field.Default as JsonArray ?? []).OfType<JsonObject>().ToList();
                for (var i = 0; i < rows.Count; i++)
                {
                    foreach (var column in field.Columns!) entry.Put(NameOf(field.Name, i, column.Name), column, rows[i][column.Name] ?? column.Default);
                }
                entry._rows[field.Name] = rows.Count + (field.FixedRows ? 0 : SpareRows);
            }
            else
            {
                entry.Put(NameOf(field.Name), field, field.Default);
            }
        }
        return entry;
    }

    /// <summary>The form as it was handed in; files are taken into the store at once.</summary>
    public static async Task<FormEntry> ReadAsync(FormView view, IFormCollection posted, Uploads uploads, CancellationToken cancellationToken)
    {
        var entry = Defaults(view);
        foreach (var field in view.Fields.Where(f => f.Kind is not FieldKind.Note))
        {
            if (field.Kind is FieldKind.Files)
            {
                await entry.TakeFilesAsync(field, posted, uploads, cancellationToken);
            }
            else if (field.Kind is FieldKind.Rows)
            {
                if (!field.FixedRows && int.TryParse(posted[$"n.{field.Name}"], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    entry._rows[field.Name] = Math.Clamp(count, 0, FormField.RowsMax);
                for (var i = 0; i < entry._rows[field.Name]; i++)
                {
                    foreach (var column in field.Columns!.Where(c => !c.ReadOnly)) entry.Take(NameOf(field.Name, i, column.Name), posted);
                }
            }
            else if (!field.ReadOnly)
            {
                entry.Take(NameOf(field.Name), posted);
            }
        }
        return entry;
    }

    public int RowsOf(string table) => _rows.GetValueOrDefault(table);

    public void AddRow(string table) => _rows[table] = Math.Min(RowsOf(table) + 1, FormField.RowsMax);

    public string TextOf(string name) => _values.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : "";

    public bool Has(string name, string value) => _values.TryGetValue(name, out var values) && values.Contains(value);

    public IReadOnlyList<UploadedFile> FilesOf(string field) => _files.GetValueOrDefault(field) ?? [];

    public IEnumerable<UploadedFile> AllFiles => _files.Values.SelectMany(f => f);

    public string? ErrorOf(FormField field) => _refusals.TryGetValue(field.Name, out var refusal) ? Texts.Of(refusal) : null;

    /// <summary>Puts a refusal at its field; false: it concerns the form as a whole.</summary>
    public bool Refuse(FormView view, Refusal refusal)
    {
        var field = view.Fields.FirstOrDefault(f => f.Name == refusal.Field) ?? view.Fields.FirstOrDefault(f => f.Columns?.Any(c => c.Name == refusal.Field) == true);
        if (field is null) return false;
        _refusals.TryAdd(field.Name, refusal);
        return true;
    }

    /// <summary>Checks every field, not only the first that is wrong.</summary>
    public bool Check(FormView view, string outcome)
    {
        var values = ToJson(view);
        foreach (var field in view.Fields)
        {
            if (FormCheck.Check(new FormView([field]), values, outcome).Refusal is { } refusal) _refusals.TryAdd(field.Name, refusal);
        }
        return _refusals.Count == 0;
    }

    /// <summary>The values as the handler takes them; lines of a growing table that are empty are left out.</summary>
    public JsonObject ToJson(FormView view)
    {
        var json = new JsonObject();
        foreach (var field in view.Fields)
        {
            switch (field.Kind)
            {
                case FieldKind.Note:
                    break;
                case FieldKind.Files:
                    json[field.Name] = new JsonArray([.. FilesOf(field.Name).Select(f => (JsonNode)f.Sha256)]);
                    break;
                case FieldKind.Rows:
                    var rows = new JsonArray();
                    for (var i = 0; i < RowsOf(field.Name); i++)
                    {
                        var row = new JsonObject();
                        foreach (var column in field.Columns!) row[column.Name] = Node(column, NameOf(field.Name, i, column.Name));
                        if (field.FixedRows || field.Columns!.Any(c => c.Kind is not FieldKind.Flag && TextOf(NameOf(field.Name, i, c.Name)).Trim().Length > 0)) rows.Add((JsonNode)row);
                    }
                    json[field.Name] = rows;
                    break;
                default:
                    json[field.Name] = Node(field, NameOf(field.Name));
                    break;
            }
        }
        return json;
    }

    private JsonNode? Node(FormField field, string name) => field.Kind switch
    {
        FieldKind.Choices => new JsonArray([.. (_values.GetValueOrDefault(name) ?? []).Select(v => (JsonNode)v)]),
        // An empty box is nothing handed in: where it must be ticked, the check says so.
        FieldKind.Flag => Has(name, "true") ? true : null,
        _ => TextOf(name),
    };

    private void Put(string name, FormField field, JsonNode? value)
    {
        _values[name] = value switch
        {
            null => [],
            JsonArray list => [.. list.Select(n => Text(field, n!))],
            _ => [Text(field, value)],
        };
    }

    private static string Text(FormField field, JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        // The domain counts fen; people read and write yuan.
        JsonValueKind.Number when field.Kind is FieldKind.Yuan => (node.GetValue<decimal>() / 100).ToString("0.00", CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };

    private void Take(string name, IFormCollection posted) => _values[name] = [.. posted[name].Where(v => v is { Length: > 0 }).Select(v => v!)];

    private async Task TakeFilesAsync(FormField field, IFormCollection posted, Uploads uploads, CancellationToken cancellationToken)
    {
        var dropped = posted[$"d.{field.Name}"].ToHashSet();
        var files = posted[$"k.{field.Name}"].Select(UploadedFile.Parse).OfType<UploadedFile>().Where(f => !dropped.Contains(f.Sha256)).ToList();
        foreach (var file in posted.Files.GetFiles(NameOf(field.Name)).Where(f => f.FileName.Length > 0))
        {
            if (files.Count >= UploadLimits.FilesPerField)
            {
                _refusals.TryAdd(field.Name, Refusal.Invalid("forms.too-many", field.Name, field.Label, UploadLimits.FilesPerField));
                break;
            }
            var taken = await uploads.TakeAsync(file, field.Name, cancellationToken);
            if (taken.Refusal is { } refusal) _refusals.TryAdd(field.Name, refusal);
            else if (files.All(f => f.Sha256 != taken.Value.Sha256)) files.Add(taken.Value);
        }
        _files[field.Name] = files;
    }
}
