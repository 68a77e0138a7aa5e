using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>新增或修改一条: by the same rules as an imported row.</summary>
/// <param name="Key">Null: a new entry.</param>
/// <param name="Cells">By header; what is not given stays.</param>
/// <param name="Seen">The change that had made the entry the person saw; another one since then is a conflict.</param>
public sealed record EditEntry(string Kind, string? Key, IReadOnlyDictionary<string, string> Cells, Guid? Seen = null);

/// <summary>批量修改: one value of one column for several entries, at most <see cref="EditEntryHandler.MaxEntries"/>.</summary>
public sealed record EditEntries(string Kind, IReadOnlyList<string> Keys, string Header, string Value);

public sealed class EditEntryHandler(DbContext db, IAuditTrail audit, PersonalSeal seal)
{
    public const int MaxEntries = 200;

    /// <returns>The entry's key.</returns>
    public async Task<Result<string>> HandleAsync(EditEntry command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (Refused(command.Kind, change, out var form) is { } refusal) return refusal;
        var rights = await RegisterRights.OfAsync(db, change.By, form, cancellationToken);
        if (!rights.MayChange) return Refusal.Forbidden("imports.not-your-role");
        var entity = command.Key is null ? null : await FindAsync(db, form, command.Key, cancellationToken);
        if (command.Key is not null && entity is null) return Refusal.NotFound("registers.no-entry", command.Key);
        if (entity is not null && Another(rights, form, entity, command.Key!) is { } theirs) return theirs;
        if (entity is not null && entity.ChangeId != command.Seen)
        {
            var other = await db.Set<RegisterChange>().FindAsync([entity.ChangeId], cancellationToken);
            return Refusal.Conflict("registers.changed-meanwhile", command.Key!, other?.ByName ?? "—");
        }
        var record = New(form, change, entity is null ? "新增" : "修改");
        var edited = await ApplyAsync(form, entity, command.Cells, record, rights, change, cancellationToken);
        if (edited.Refusal is { } no) return no;
        Keep(record, form, change, edited.Value.Key);
        return edited.Value.Key;
    }

    /// <returns>How many entries changed; those of other sections stay as they are and are named.</returns>
    public async Task<Result<Changed>> HandleAsync(EditEntries command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (Refused(command.Kind, change, out var form) is { } refusal) return refusal;
        var rights = await RegisterRights.OfAsync(db, change.By, form, cancellationToken);
        if (!rights.MayChange) return Refusal.Forbidden("imports.not-your-role");
        if (command.Keys.Count is 0 or > MaxEntries) return Refusal.Invalid("registers.how-many", "keys", MaxEntries);
        if (form.IndexOf(command.Header) < 0 || form.Keys.Contains(command.Header) || form.Uniques.Contains(command.Header)) return Refusal.Invalid("registers.not-in-bulk", command.Header, command.Header);
        var record = New(form, change, "批量修改");
        List<string> others = [];
        foreach (var key in command.Keys.Distinct(StringComparer.Ordinal))
        {
            if (await FindAsync(db, form, key, cancellationToken) is not { } entity) return Refusal.NotFound("registers.no-entry", key);
            if (Another(rights, form, entity, key) is { } theirs)
            {
                others.Add(Texts.Of(theirs));
                continue;
            }
            var edited = await ApplyAsync(form, entity, new Dictionary<string, string> { [command.Header] = command.Value }, record, rights, change, cancellationToken);
            if (edited.Refusal is { } no) return Refusal.Invalid("registers.in-entry", no.Field, key, Texts.Of(no));
        }
        Keep(record, form, change, form.Title);
        return others.Count > 0 && record.Updated == 0 ? Refusal.Forbidden("registers.others-sections", others.Count, others[0]) : new Changed(record.Updated) { Refused = others };
    }

    /// <summary>A row by its key as pages name it; tracked.</summary>
    public static async Task<IRegisterEntry?> FindAsync(DbContext db, RegisterForm form, string key, CancellationToken cancellationToken)
    {
        object[] values = [key];
        if (form.Keys.Count == 2)
        {
            var at = key.LastIndexOf('/');
            if (at < 0) return null;
            values = form[form.Keys[1]].Kind is ColumnKind.Text ? [key[..at], key[(at + 1)..]] : int.TryParse(key.AsSpan(at + 1), out var second) ? [key[..at], second] : [];
            if (values.Length == 0) return null;
        }
        return (IRegisterEntry?)await db.FindAsync(form.EntityType, values, cancellationToken);
    }

    /// <summary>The row as a kept version has it.</summary>
    public static string DataOf(DbContext db, RegisterForm form, object entity)
    {
        var type = db.Model.FindEntityType(form.EntityType)!;
        var data = new JsonObject();
        foreach (var column in form.All)
        {
            var text = column.TextOf(entity);
            data[type.FindProperty(column.Property)!.GetColumnName()] = column.Kind switch
            {
                _ when text.Length == 0 => null,
                ColumnKind.YesNo => text == "是",
                ColumnKind.Number => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
                _ => text,
            };
        }
        return data.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static Refusal? Refused(string kind, ChangeContext change, out RegisterForm form)
    {
        form = RegisterForms.Find(kind)!;
        if (form is null) return Refusal.NotFound("registers.no-register", kind);
        return string.IsNullOrWhiteSpace(change.Reason) ? Refusal.Invalid("registers.say-why", "reason") : change.Reason.Length > 400 ? Refusal.Invalid("imports.reason-too-long", "reason", 400) : null;
    }

    private static Refusal? Another(RegisterRights rights, RegisterForm form, IRegisterEntry entity, string key)
        => form.Owner is not { } owner || rights.Covers(form[owner].TextOf(entity)) ? null
            : Refusal.Forbidden("registers.not-your-section", key, form[owner].TextOf(entity) is { Length: > 0 } section ? section : Texts.Of("registers.lead-section"));

    private static RegisterChange New(RegisterForm form, ChangeContext change, string act)
        => new() { Id = Ids.New(change), Kind = form.Kind, At = change.At, ById = change.By.Id, ByName = change.By.Name, Act = act, Reason = change.Reason };

    private void Keep(RegisterChange record, RegisterForm form, ChangeContext change, string subject)
    {
        if (record.Added + record.Updated == 0) return;
        db.Add(record);
        audit.Record(change, $"register/{form.Kind}", $"{record.Act}{form.Title}", subject, new JsonObject { ["change"] = record.Id.ToString(), ["added"] = record.Added, ["updated"] = record.Updated });
    }

    private async Task<Result<Edited>> ApplyAsync(RegisterForm form, IRegisterEntry? entity, IReadOnlyDictionary<string, string> cells, RegisterChange record, RegisterRights rights, ChangeContext change, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>(cells, StringComparer.Ordinal);
        foreach (var column in form.All)
        {
            if (!all.ContainsKey(column.Header)) all[column.Header] = entity is null ? "" : seal.Plain(column, column.TextOf(entity));
            // Of an existing entry the key stays.
            else if (entity is not null && form.Keys.Contains(column.Header)) all[column.Header] = column.TextOf(entity);
        }
        if (entity is not null && form.FormerName is { } former && all[form.Name] != form[form.Name].TextOf(entity) && all[former] == form[former].TextOf(entity)) all[former] = Inspectee.FormerNames(form[form.Name].TextOf(entity), change.On, all[former]);
        if (rights.Own is { } own)
        {
            if (all[form.Owner!].Trim().Length == 0) all[form.Owner!] = own;
            else if (!rights.Covers(all[form.Owner!].Trim())) return Refusal.Invalid("registers.not-to-section", form.Owner, own);
        }
        var row = new StagedRow(form.All.Count);
        row.Clear();
        var excused = form.Excuse is { } excuse && all[excuse].Trim().Length > 0;
        for (var i = 0; i < form.All.Count; i++)
        {
            var column = form.All[i];
            var bytes = Encoding.UTF8.GetBytes(all[column.Header]);
            var cell = Cells.Plain(bytes);
            var code = Cells.HasControl(cell) ? "control-character" : cell.Length == 0 && column.IsRequired ? "missing-value" : column.Read(Cells.Composed(cell), row, i);
            if (code is not null && !(excused && column.HasCheckCharacters && code == "check-digit")) return Wrong(column.Header, code, code == "bad-format" ? Column.ExampleOf(column) : code != "unknown-code" ? "" : column.Choices.Count > 0 ? Texts.Of("imports.hint.choices", string.Join('、', column.Choices)) : await WrongCodeAsync(column, all[column.Header].Trim(), change.On, cancellationToken) ?? "");
            if (code is null) seal.Apply(column, row, i);
            if (code is null && column.CodeTable is not null && !row.IsNull(i) && row.TextAt(i) != (entity is null ? null : column.TextOf(entity))
                && await WrongCodeAsync(column, row.TextAt(i)!, change.On, cancellationToken) is { } hint) return Wrong(column.Header, "unknown-code", hint);
        }
        if (form.Settle(row) is { } problem) return Wrong(problem.Header, problem.Code, problem.Value);

        var made = form.Make();
        for (var i = 0; i < form.All.Count; i++) form.All[i].Set(made, row, i);
        var key = form.KeyOf(made);
        if (entity is null && await FindAsync(db, form, key, cancellationToken) is not null) return Refusal.Conflict("registers.key-taken", key);
        foreach (var header in form.Uniques)
        {
            if (form[header].TextOf(made) is { Length: > 0 } code && await HolderAsync(header, code, key, cancellationToken) is { } holder) return Refusal.Invalid("registers.code-taken", header, header, code, holder.Number, holder.Name);
        }
        if (form.Steps.FirstOrDefault(h => form[h].TextOf(made) != (entity is null ? "" : form[h].TextOf(entity))) is { } step) return Refusal.Conflict("items.by-step", key, step);
        if (entity is null)
        {
            (made.ChangeId, made.ChangedAt) = (record.Id, change.At);
            db.Add(made);
            record.Added++;
            return new Edited(key);
        }
        var changed = form.All.Where(c => c.TextOf(entity) != c.TextOf(made)).ToList();
        if (changed.Count == 0) return new Edited(key);
        if (form.ClosedBy is { } by && form[by].TextOf(entity).Length > 0 && changed.FirstOrDefault(c => !form.OpenWhenClosed.Contains(c.Header)) is { } closed) return Refusal.Conflict("items.make-new-version", key, closed.Header);
        if (form.Owner is { } owner && changed.Exists(c => c.Header == owner)) record.Act = "移交";
        db.Add(new RegisterVersion { Kind = form.Kind, Key = key, ChangeId = record.Id, MadeBy = entity.ChangeId, FromAt = entity.ChangedAt, ToAt = change.At, Data = DataOf(db, form, entity) });
        for (var i = 0; i < form.All.Count; i++)
        {
            if (!form.Keys.Contains(form.All[i].Header)) form.All[i].Set(entity, row, i);
        }
        // What was reviewed is no longer what stands there.
        if (entity is InspectionItem { PublishedOn: null } item && changed.Exists(c => !form.OpenWhenClosed.Contains(c.Header))) (item.ReviewedBy, item.ReviewedOn, item.ReviewOpinion) = (null, null, null);
        (entity.ChangeId, entity.ChangedAt) = (record.Id, change.At);
        record.Updated++;
        return new Edited(key);
    }

    /// <summary>Another entry that has the value; null: nobody.</summary>
    private async Task<(string Number, string Name)?> HolderAsync(string header, string code, string key, CancellationToken cancellationToken)
    {
        var others = header switch
        {
            "统一社会信用代码" => db.Set<Inspectee>().Where(r => r.CreditCode == code && r.Number != key).Select(r => new { r.Number, r.Name }),
            "其他身份代码" => db.Set<Inspectee>().Where(r => r.OtherCode == code && r.Number != key).Select(r => new { r.Number, r.Name }),
            _ => db.Set<Officer>().Where(r => r.CertificateNo == code && r.Number != key).Select(r => new { r.Number, r.Name }),
        };
        return await others.OrderBy(r => r.Number).FirstOrDefaultAsync(cancellationToken) is { } holder ? (holder.Number, holder.Name) : null;
    }

    /// <summary>What may be meant by a code that its table does not have on the day; null when it has.</summary>
    private async Task<string?> WrongCodeAsync(Column column, string code, DateOnly on, CancellationToken cancellationToken)
    {
        if (await CodeList.LoadAsync(db, column.CodeTable!, on, cancellationToken) is not { } codes) return null;
        if (column.IsList) return codes.WrongName(code) is null ? null : codes.HintOfNames();
        return codes.Has(Encoding.UTF8.GetBytes(code)) ? null : codes.HintFor(code);
    }

    private static Refusal Wrong(string header, string code, string hint = "") => Refusal.Invalid("registers.bad-cell", header, header, Texts.Of($"registers.cell.{code}", hint));

    private readonly record struct Edited(string Key);
}

/// <param name="Count">Entries that changed.</param>
public readonly record struct Changed(int Count)
{
    /// <summary>Why others stayed as they are, a sentence an entry.</summary>
    public IReadOnlyList<string> Refused { get => field ?? []; init; }
}
