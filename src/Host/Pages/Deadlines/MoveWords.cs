using DoubleRandom.Inspections.Deadlines;
using static DoubleRandom.Host.Pages.Parts.Wording;

namespace DoubleRandom.Host.Pages.Deadlines;

/// <summary>Why a last day moved, as officials say it.</summary>
internal static class MoveWords
{
    public static string Of(MoveCause cause) => cause switch
    {
        MoveCause.Calendar => T("日历更新"),
        MoveCause.Extended => T("批准延长"),
        MoveCause.Resumed => T("恢复计时"),
        MoveCause.Paused => T("补记中止"),
        MoveCause.Profile => T("变更执法领域"),
        _ => T("更正起算事实"),
    };

    /// <summary>With its cause before it, where the reason does not say it itself.</summary>
    public static string Whole(DeadlineMove move) => Of(move.Cause) is var cause && move.Why.Contains(cause, StringComparison.Ordinal) ? move.Why : $"{cause}：{move.Why}";
}
