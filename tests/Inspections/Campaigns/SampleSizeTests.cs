using DoubleRandom.Inspections.Campaigns;

namespace DoubleRandom.Tests.Inspections.Campaigns;

public sealed class SampleSizeTests
{
    [Theory]
    [InlineData(1000, "0.03", Sampling.Undirected, 1000, 30)]
    [InlineData(1001, "0.03", Sampling.Undirected, 1001, 31)]
    [InlineData(100, "0.07", Sampling.Undirected, 100, 7)]
    [InlineData(300, "0.5", Sampling.Directed, 1500, 150)]
    [InlineData(42, "1", Sampling.Full, 1001, 42)]
    public void SampleSize_OfBaseAndRatio_RoundsUpExactly(int baseCount, string ratio, Sampling sampling, int total, int expected)
        => Assert.Equal(expected, SampleSize.Of(baseCount, ratio, sampling, total).Value);

    [Theory]
    [InlineData(1001, "0.0299", Sampling.Undirected, 1001)]
    [InlineData(300, "0.03", Sampling.Undirected, 1001)]
    [InlineData(300, "0.49", Sampling.Directed, 1500)]
    [InlineData(42, "0.9", Sampling.Full, 1001)]
    public void SampleSize_BelowTheFloorOfTheJurisdiction_IsRefused(int baseCount, string ratio, Sampling sampling, int total)
        => Assert.Equal("draws.below-floor", SampleSize.Of(baseCount, ratio, sampling, total).Refusal?.Code);

    [Theory]
    [InlineData("0")]
    [InlineData("1.01")]
    [InlineData("3%")]
    [InlineData("-0.1")]
    public void SampleSize_OfARatioThatIsNone_IsRefused(string ratio)
        => Assert.Equal("campaigns.bad-ratio", SampleSize.Of(100, ratio, Sampling.Undirected, 100).Refusal?.Code);
}
