using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Publications;

internal static class PublicationServices
{
    /// <summary>What follows a locked summary: orders, transfers, results and publications.</summary>
    public static IServiceCollection AddFollowUp(this IServiceCollection services) => services
        .AddScoped<EnterResultHandler>().AddScoped<DraftPublicationHandler>().AddScoped<ReviewPublicationHandler>().AddScoped<PublishHandler>().AddScoped<WithdrawPublicationHandler>()
        .AddScoped<IssueRectificationHandler>().AddScoped<RequestExtensionHandler>().AddScoped<DecideExtensionHandler>().AddScoped<RecordReinspectionHandler>()
        .AddScoped<TransferLeadHandler>().AddScoped<RecordTransferReceiptHandler>()
        .AddSingleton<EvidenceStore>().AddScoped<RecordEvidenceHandler>();
}
