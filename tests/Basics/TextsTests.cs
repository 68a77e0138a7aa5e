using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Planning;

namespace DoubleRandom.Tests.Basics;

public sealed class TextsTests
{
    [Theory]
    [InlineData("zh-CN", "2026 年度", "2026年3月31日")]
    [InlineData("en", "2026", "2026-03-31")]
    public void ADate_IsWrittenAsItsReadersDo(string language, string year, string day)
    {
        Texts.Register(typeof(DemandWindow).Assembly);
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = new CultureInfo(language);
        try
        {
            var text = Texts.Of(Refusal.Invalid("demands.late", "lateReason", 2026, new DateOnly(2026, 3, 31)));
            Assert.Contains(year, text, StringComparison.Ordinal);
            Assert.Contains(day, text, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
