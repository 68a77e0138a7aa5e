using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;

namespace DoubleRandom.Tests.Host.Data;

public sealed class AuditEntryTests
{
    /// <summary>What docs and exports promise: the hash of the canonical JSON of the entry, which a stranger makes with any JSON library.</summary>
    [Theory]
    [InlineData("办理“现场检查”：同意", "引号\"、反斜线\\、换行\n、制表\t、退格\b、换页\f、回车\r、控制\u0001 与 \u007f 结束", null)]
    [InlineData("a", "", "{\"甲\":1}")]
    [InlineData("", "\u001f", "")]
    public void ComputeHash_IsThatOfTheCanonicalJson(string action, string subject, string? data)
    {
        var entry = new AuditEntry
        {
            Chain = "case/2026-01-001",
            Sequence = 1234567890123,
            At = new DateTime(2026, 10, 1, 2, 3, 4, DateTimeKind.Utc).AddTicks(50),
            ById = new Guid("00000000-0000-7000-8000-000000000001"),
            ByName = "杨玉梅",
            Action = action,
            Subject = subject,
            Data = data,
            Reason = data is null ? "补正" : null,
            PreviousHash = AuditEntry.NoHash,
            Hash = "",
        };

        var json = CanonicalJson.Write(new JsonObject
        {
            ["chain"] = entry.Chain,
            ["sequence"] = entry.Sequence,
            ["at"] = entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["byId"] = entry.ById.ToString(),
            ["byName"] = entry.ByName,
            ["action"] = entry.Action,
            ["subject"] = entry.Subject,
            ["data"] = entry.Data,
            ["reason"] = entry.Reason,
            ["operationId"] = entry.OperationId.ToString(),
            ["previousHash"] = entry.PreviousHash,
        });
        Assert.Equal(Hashing.Sha256Hex(json), entry.ComputeHash());
        // And the canonical form reads back as what it was, so it says nothing else.
        Assert.Equal(subject, JsonNode.Parse(json)!["subject"]!.GetValue<string>());
    }
}
