using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Inspections.Planning;

/// <summary>A column of a line that two versions have differently.</summary>
/// <param name="Header">As the plan's table has it.</param>
public sealed record CellChange(string Header, string Before, string After);

/// <param name="Act">新增、删除、修改</param>
/// <param name="Cells">Of a changed line; of a new or removed one none, the line says all.</param>
public sealed record LineChange(int LineNo, string ItemName, string Act, IReadOnlyList<CellChange> Cells)
{
    /// <summary>The change as a sentence that is published.</summary>
    public string Words => Cells.Count == 0 ? Act : string.Join("；", Cells.Select(c => $"{c.Header}由“{(c.Before.Length == 0 ? "空" : c.Before)}”改为“{(c.After.Length == 0 ? "空" : c.After)}”"));
}

/// <summary>调整内容: what a version of a plan has other than the one before.</summary>
public static class PlanChanges
{
    public static IReadOnlyList<LineChange> Of(IReadOnlyList<PlanLine> before, IReadOnlyList<PlanLine> after)
    {
        var (old, now) = (before.ToDictionary(l => l.LineNo), after.ToDictionary(l => l.LineNo));
        List<LineChange> changes = [];
        foreach (var number in old.Keys.Union(now.Keys).Order())
        {
            var (was, isNow) = (old.GetValueOrDefault(number), now.GetValueOrDefault(number));
            if (was is null) changes.Add(new LineChange(number, isNow!.ItemName, "新增", []));
            else if (isNow is null) changes.Add(new LineChange(number, was.ItemName, "删除", []));
            else
            {
                List<CellChange> cells = [.. RegisterForms.Plan.Columns.Select(c => new CellChange(c.Header, c.Get(was), c.Get(isNow))).Where(c => c.Before != c.After)];
                if (cells.Count > 0) changes.Add(new LineChange(number, isNow.ItemName, "修改", cells));
            }
        }
        return changes;
    }
}
