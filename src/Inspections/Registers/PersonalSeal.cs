using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Inspections.Registers;

/// <summary>
/// 个人敏感信息 at rest: what stands in the database, its versions and its backups of an identity card's number is sealed, and opened for who may read it
/// (个人信息保护法 51: encryption of personal information). The same text seals to the same, so that an import sees what did not change.
/// </summary>
public abstract class PersonalSeal
{
    /// <summary>Room that a sealed text of eighteen characters needs.</summary>
    public const int MaxLength = 160;

    public abstract string Seal(string text);

    /// <returns>A text that was never sealed as it is; 「无法解密」 where the key is gone.</returns>
    public abstract string Open(string sealedText);

    /// <summary>The sealed bytes of a file as they are read: what people hand in holds personal data in whatever column they put it.</summary>
    /// <returns>Read once, from its beginning, asynchronously; its end does not close the file.</returns>
    public abstract Stream SealFile(Stream plain);

    /// <summary>What a kept file says, seekable, closing it at its end; one that was never sealed as it is; null where there is none.</summary>
    public abstract Stream? OpenFile(Stream? kept);

    /// <summary>What a column's kept text says.</summary>
    public string Plain(Column column, string kept) => column.IsPersonal && kept.Length > 0 ? Open(kept) : kept;

    /// <summary>Seals what was just read into the row.</summary>
    internal void Apply(Column column, StagedRow row, int at)
    {
        if (column.IsPersonal && row.TextAt(at) is { } text) row.SetText(at, System.Text.Encoding.UTF8.GetBytes(Seal(text)));
    }
}
