using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Publications.Contents;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Publications;

internal static class PublicationServices
{
    /// <summary>What follows a locked summary: orders, transfers, results and publications.</summary>
    public static IServiceCollection AddFollowUp(this IServiceCollection services) => services
        .AddScoped<ProposeWithdrawalHandler>().AddScoped<EnterResultHandler>().AddScoped<DraftPublicationHandler>().AddScoped<ReviewPublicationHandler>().AddScoped<DraftPublicationOfHandler>().AddScoped<RevisePublicationHandler>().AddScoped<PublishHandler>().AddScoped<WithdrawPublicationHandler>()
        .AddScoped<IPublicationContent, InspectionResultContent>().AddScoped<IPublicationContent, RectificationContent>().AddScoped<IPublicationContent, PenaltyContent>()
        .AddScoped<IPublicationContent, HazardListingContent>().AddScoped<IPublicationContent, HazardDelistingContent>().AddScoped<IPublicationContent, ItemListContent>()
        .AddScoped<IPublicationContent, PlanContent>().AddScoped<IPublicationContent, AnnouncementContent>().AddScoped<IPublicationContent, DrawResultContent>().AddScoped<IPublicationContent, ReportContent>()
        .AddScoped<IssueRectificationHandler>().AddScoped<RequestExtensionHandler>().AddScoped<DecideExtensionHandler>().AddScoped<RecordReinspectionHandler>().AddScoped<RecordProgressHandler>()
        .AddScoped<TransferLeadHandler>().AddScoped<RecordTransferReceiptHandler>()
        .AddSingleton<EvidenceStore>().AddScoped<RecordEvidenceHandler>();
}
