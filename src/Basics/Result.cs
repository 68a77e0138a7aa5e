namespace DoubleRandom.Basics;

/// <summary>How a refusal is shown: the status of the answer and nothing else depends on it.</summary>
public enum RefusalKind { Invalid, Forbidden, NotFound, Conflict }

/// <summary>An expected "no": the person may not, or not now, or the input is wrong. Its text is in the room's <c>Texts.json</c> under <see cref="Code"/>.</summary>
/// <param name="Code">Stable and public: clients, tests and workflows branch on it. Never reuse one.</param>
/// <param name="Kind">Decides the HTTP status.</param>
/// <param name="Arguments">What the text names: the row, the field, the node, the remedy's figure.</param>
/// <param name="Field">The form field or column concerned, when there is one.</param>
public sealed record Refusal(string Code, RefusalKind Kind = RefusalKind.Conflict, string? Field = null, params object[] Arguments)
{
    public static Refusal Invalid(string code, string? field, params object[] arguments) => new(code, RefusalKind.Invalid, field, arguments);

    public static Refusal Forbidden(string code, params object[] arguments) => new(code, RefusalKind.Forbidden, null, arguments);

    public static Refusal NotFound(string code, params object[] arguments) => new(code, RefusalKind.NotFound, null, arguments);

    public static Refusal Conflict(string code, params object[] arguments) => new(code, RefusalKind.Conflict, null, arguments);

    public override string ToString() => $"{Code}: {Texts.Of(this)}";
}

/// <summary>A value or the refusal that stands in its place.</summary>
public readonly struct Result<T> where T : notnull
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"Refused: {Refusal}.");

#pragma warning disable CA2225 // The conversions are the whole point: a handler returns a value or a refusal in one line.
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
#pragma warning restore CA2225
}

/// <summary>The value of an operation that answers nothing but "done".</summary>
public readonly record struct Done
{
    public static Done It => default;
}
