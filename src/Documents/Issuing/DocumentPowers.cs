using DoubleRandom.Basics;

namespace DoubleRandom.Documents.Issuing;

/// <summary>Which roles may issue, serve and void; and what the states and methods are called.</summary>
public static class DocumentPowers
{
    // The keys of the role catalogue. Auditors, administrators, experts and liaison staff never sign the office's papers (domain 6.1).
    internal static IReadOnlyList<string> Issue { get; } =
        ["planner", "section-head", "deputy-director", "director", "draw-operator", "supervisor", "officer", "case-officer", "legal", "government"];

    internal static IReadOnlyList<string> Serve { get; } = ["officer", "case-officer"];

    internal static IReadOnlyList<string> Void { get; } = ["deputy-director", "director"];

    /// <summary>The system acts in the steps that follow from a person's decision; it serves and voids nothing.</summary>
    internal static Refusal? MayNot(this ChangeContext change, IReadOnlyList<string> roles)
        => (change.By.IsSystem && ReferenceEquals(roles, Issue)) || roles.Any(change.By.Is) ? null : Refusal.Forbidden("documents.not-permitted");

    public static bool MayServe(Actor actor) => Serve.Any(actor.Is);

    public static bool MayVoid(Actor actor) => Void.Any(actor.Is);

    public static string Of(DocumentStatus status) => status switch
    {
        DocumentStatus.Issued => "已签发",
        DocumentStatus.Served => "已送达",
        _ => "已作废",
    };

    public static string Of(ServiceMethod method) => method switch
    {
        ServiceMethod.Direct => "直接送达",
        ServiceMethod.LeftBehind => "留置送达",
        ServiceMethod.Electronic => "电子送达",
        ServiceMethod.Entrusted => "委托送达",
        ServiceMethod.Post => "邮寄送达",
        ServiceMethod.Forwarded => "转交送达",
        _ => "公告送达",
    };

    /// <summary>How journals name it.</summary>
    extension(OfficialDocument document)
    {
        internal string Subject => document.Number is { } number ? $"《{document.Title}》{number}" : $"《{document.Title}》";
    }
}
