using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Items;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>随机抽查事项清单 as it is in force on the day: basis, body, object, content, method, ratio and frequency (S001-09).</summary>
internal sealed class ItemListContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.ItemList;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        var on = change.On;
        var items = (await db.Set<InspectionItem>().AsNoTracking().ToListAsync(cancellationToken)).Where(i => i.ReviewedOn is not null && i.EffectiveFrom <= on && (i.EffectiveTo is null || i.EffectiveTo >= on))
            .GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).OrderBy(i => i.Code, StringComparer.Ordinal).ToList();
        if (items.Count == 0) return Refusal.Conflict("publications.no-items");
        var content = PublicationText.Of(
            ("清单日期", PublicationText.Day(on)),
            ("事项数", items.Count.ToString(CultureInfo.InvariantCulture)),
            ("抽查事项", PublicationText.Table(items.Select(i => PublicationText.Of(
                ("事项编号", i.Code), ("事项名称", i.Name), ("抽查依据", i.LegalBasis), ("抽查主体", i.Department), ("抽查对象", i.Objects), ("抽查内容", i.Content),
                ("抽查方式", i.Sampling), ("检查方式", i.Methods), ("抽查比例", i.Ratio.ToString("0.##%", CultureInfo.InvariantCulture)), ("抽查频次", i.Frequency))))));
        return new PublicationText("随机抽查事项清单", on.ToString("'QD'yyyyMMdd", CultureInfo.InvariantCulture), content);
    }
}
