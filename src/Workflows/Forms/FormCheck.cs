using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Workflows.Forms;

/// <summary>Checks and normalises what was handed in against the form's fields, before the domain sees it. Unknown keys are dropped.</summary>
public static class FormCheck
{
    public static Result<JsonObject> Check(FormView view, JsonObject values, string outcome)
    {
        var clean = new JsonObject();
        foreach (var field in view.Fields)
        {
            if (field.Kind is FieldKind.Note) continue;
            if (CheckField(field, values[field.Name], outcome, field.Label, out var value) is { } refusal) return refusal;
            if (value is not null) clean[field.Name] = value;
        }
        return clean;
    }

    private static Refusal? CheckField(FormField field, JsonNode? given, string outcome, string label, out JsonNode? value)
    {
        value = null;
        var required = field.Required && (field.RequiredFor is null || field.RequiredFor.Contains(outcome));
        if (field.ReadOnly) given = field.Default?.DeepClone();
        // A fixed table always stands there: not handed in, its rows keep what was prepared.
        if (field is { Kind: FieldKind.Rows, FixedRows: true, Default: JsonArray { Count: > 0 } } && IsBlank(given)) given = new JsonArray(new JsonObject());
        if (IsBlank(given))
        {
            return required ? Refusal.Invalid("forms.required", field.Name, label) : null;
        }
        if (given is JsonObject || (given is JsonArray && field.Kind is not (FieldKind.Choices or FieldKind.Files or FieldKind.Rows)))
            return Refusal.Invalid("forms.bad-value", field.Name, label);
        switch (field.Kind)
        {
            case FieldKind.Text or FieldKind.Multiline or FieldKind.Choice:
                var text = AsText(given!);
                var max = field.Kind is FieldKind.Multiline ? FormField.MultilineMaxLength : FormField.TextMaxLength;
                if (text.Length > max) return Refusal.Invalid("forms.too-long", field.Name, label, max);
                if (text.Any(c => char.IsControl(c) && c is not '\n' and not '\r' and not '\t')) return Refusal.Invalid("forms.control-character", field.Name, label);
                if (field.Kind is FieldKind.Choice && field.Options!.All(o => o.Value != text)) return Refusal.Invalid("forms.unknown-choice", field.Name, label, text);
                value = text.ReplaceLineEndings("\n").Trim();
                return null;
            case FieldKind.Date:
                if (!DateOnly.TryParseExact(AsText(given!), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                    return Refusal.Invalid("forms.bad-date", field.Name, label);
                value = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                return null;
            case FieldKind.Time:
                if (!TimeOnly.TryParseExact(AsText(given!), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
                    return Refusal.Invalid("forms.bad-time", field.Name, label);
                value = time.ToString("HH:mm", CultureInfo.InvariantCulture);
                return null;
            case FieldKind.Number:
                if (!int.TryParse(AsText(given!), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    return Refusal.Invalid("forms.bad-number", field.Name, label);
                value = number;
                return null;
            case FieldKind.Yuan:
                // People write yuan with at most two decimals; the domain counts fen.
                if (!decimal.TryParse(AsText(given!).Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan)
                    || yuan * 100 != decimal.Truncate(yuan * 100) || yuan > 1_000_000_000)
                    return Refusal.Invalid("forms.bad-money", field.Name, label);
                value = (long)(yuan * 100);
                return null;
            case FieldKind.Flag:
                value = AsText(given!) is "true" or "on" or "是";
                return null;
            case FieldKind.Choices or FieldKind.Files:
                var list = given is JsonArray a ? a.Select(n => AsText(n!)).ToList() : [AsText(given!)];
                if (list.Count > FormField.RowsMax) return Refusal.Invalid("forms.too-many", field.Name, label, FormField.RowsMax);
                if (field.Kind is FieldKind.Choices && list.FirstOrDefault(v => field.Options!.All(o => o.Value != v)) is { } unknown)
                    return Refusal.Invalid("forms.unknown-choice", field.Name, label, unknown);
                value = new JsonArray([.. list.Distinct().Select(v => (JsonNode)v)]);
                return null;
            default:
                if (given is not JsonArray rows) return Refusal.Invalid("forms.bad-rows", field.Name, label);
                if (rows.Count > FormField.RowsMax) return Refusal.Invalid("forms.too-many", field.Name, label, FormField.RowsMax);
                if (field.FixedRows && field.Default is JsonArray fixedRows)
                {
                    if (Arrange(field, fixedRows, rows) is not { } arranged) return Refusal.Invalid("forms.bad-rows", field.Name, label);
                    rows = arranged;
                }
                var clean = new JsonArray();
                for (var i = 0; i < rows.Count; i++)
                {
                    var row = new JsonObject();
                    foreach (var column in field.Columns!)
                    {
                        var asked = field.FixedRows && column.ReadOnly ? column with { ReadOnly = false, Required = false } : column;
                        if (CheckField(asked, rows[i]?[column.Name], outcome, $"{label}第{i + 1}行“{column.Label}”", out var cell) is { } refusal) return refusal;
                        if (cell is not null) row[column.Name] = cell;
                    }
                    if (row.Count > 0) clean.Add((JsonNode)row);
                }
                if (required && clean.Count == 0) return Refusal.Invalid("forms.required", field.Name, label);
                value = clean;
                return null;
        }
    }

    /// <summary>
    /// The fixed rows in their own order, each with the cells handed in for it: found by the first read-only column where the row names it, else by place.
    /// Read-only cells stay as prepared, what was not handed in keeps its default; null: a row is handed in that is not on the form.
    /// </summary>
    private static JsonArray? Arrange(FormField field, JsonArray fixedRows, JsonArray given)
    {
        var key = field.Columns!.FirstOrDefault(c => c.ReadOnly)?.Name;
        var cells = new JsonObject?[fixedRows.Count];
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] is not JsonObject row) return null;
            var at = i;
            if (key is not null && row[key] is { } named)
            {
                at = Enumerable.Range(0, fixedRows.Count).FirstOrDefault(n => cells[n] is null && fixedRows[n]![key] is { } own && AsText(own) == AsText(named), -1);
            }
            if (at < 0 || at >= cells.Length || cells[at] is not null) return null;
            cells[at] = row;
        }
        var arranged = new JsonArray();
        for (var i = 0; i < fixedRows.Count; i++)
        {
            var row = fixedRows[i]!.DeepClone().AsObject();
            foreach (var column in field.Columns!.Where(c => !c.ReadOnly && cells[i]?.ContainsKey(c.Name) is true)) row[column.Name] = cells[i]![column.Name]?.DeepClone();
            arranged.Add((JsonNode)row);
        }
        return arranged;
    }

    private static bool IsBlank(JsonNode? node) => node switch
    {
        null => true,
        JsonValue v when v.GetValueKind() is JsonValueKind.String => string.IsNullOrWhiteSpace(v.GetValue<string>()),
        JsonArray a => a.Count == 0,
        _ => false,
    };

    private static string AsText(JsonNode node)
        => node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>().Trim() : node.ToJsonString();
}
