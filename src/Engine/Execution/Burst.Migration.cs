using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

internal sealed partial class Burst
{
    /// <summary>
    /// The live state has been put into this version already. Waiting steps that have no place here are cancelled, and those a person chose
    /// for them begin; nothing else runs.
    /// </summary>
    /// <returns>The bookmarks that were cancelled: an undo brings them back.</returns>
    public async Task<IReadOnlyList<BookmarkRow>> MigrateAsync(MigrationPlan plan, int fromVersion)
    {
        Note("Migrated", $"第 {fromVersion} 版 → 第 {Workflow.Definition.Version} 版：{Change.Reason}");
        List<BookmarkRow> cancelled = [];
        foreach (var dropped in plan.Dropped)
        {
            foreach (var bookmark in _bookmarks.Where(b => b.ExecutionId == dropped.Id).ToList())
            {
                cancelled.Add(bookmark);
                CancelBookmark(bookmark, "案件已迁移到流程新版本");
            }
            Discard(dropped);
        }
        foreach (var chosen in plan.Chosen) Schedule(chosen.Node, _live[chosen.Owner], chosen.IsRevisit, null);
        await RunAsync();
        return cancelled;
    }

    /// <summary>The live state is that of before the migration again; so are the bookmarks.</summary>
    /// <param name="cancelled">What the migration had cancelled.</param>
    /// <param name="begun">What it had begun.</param>
    public void UndoMigration(IReadOnlyList<BookmarkRow> cancelled, IReadOnlyList<BurstState.Live> begun)
    {
        Note("MigrationUndone", $"回到第 {Workflow.Definition.Version} 版：{Change.Reason}");
        foreach (var live in begun)
        {
            foreach (var bookmark in _bookmarks.Where(b => b.ExecutionId == live.Id).ToList()) CancelBookmark(bookmark, "流程迁移已撤销");
            Discard(live);
        }
        foreach (var bookmark in cancelled)
        {
            _bookmarks.Add(bookmark);
            Checkpoint.AddedBookmarks.Add(bookmark);
        }
        Settle();
    }

    /// <summary>An execution of the other version: it ends as cancelled, known by its node id alone.</summary>
    private void Discard(BurstState.Live live)
        => Checkpoint.Executions.Add(new ActivityExecutionRow
        {
            Id = live.Id,
            InstanceId = Instance.Id,
            ActivityId = live.NodeId[(live.NodeId.LastIndexOf(':') + 1)..],
            ActivityType = "",
            NodeId = live.NodeId,
            Status = ActivityStatus.Canceled,
            StartedAt = live.StartedAt,
            CompletedAt = Change.At,
            ParentExecutionId = live.ParentId,
        });

    private void Note(string eventName, string message) => Journal(_live.Values.First(e => e.Parent is null), eventName, message);
}
