using DoubleRandom.Basics;
using DoubleRandom.Engine;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Credit;
using DoubleRandom.Workflows.Deadlines;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Hazards;
using DoubleRandom.Workflows.Incidents;
using DoubleRandom.Workflows.Inspections;
using DoubleRandom.Workflows.Migration;
using DoubleRandom.Workflows.Papers;
using DoubleRandom.Workflows.Penalties;
using DoubleRandom.Workflows.Plans;
using DoubleRandom.Workflows.Publications;
using DoubleRandom.Workflows.Publishing;
using DoubleRandom.Workflows.Rectification;
using DoubleRandom.Workflows.Simulation;
using DoubleRandom.Workflows.Subjects;
using DoubleRandom.Workflows.Supervision;
using DoubleRandom.Workflows.Timers;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows;

public static class WorkflowsServices
{
    public static IServiceCollection AddWorkflows(this IServiceCollection services)
    {
        Texts.Register(typeof(WorkflowsServices).Assembly);
        services.AddEngine();
        services.AddSingleton(_ => new ActivityCatalog().AddElsa().AddInspection());
        services.AddSingleton(s => new FormCatalogue(s.GetServices<Form>()));
        services.AddSingleton<CompiledWorkflows>();
        services.AddSingleton<DefinitionLinter>();
        services.AddScoped<IDefinitionSource, DefinitionStore>();
        services.AddScoped<IBurstObserver, CancelledBookmarks>();
        services.AddScoped<TakeInDefinitionsHandler>();
        services.AddScoped<ImportDefinitionHandler>();
        services.AddScoped<SaveDraftHandler>().AddScoped<RevertToVersionHandler>().AddScoped<DiscardDraftHandler>();
        services.AddPublishing();
        services.AddScoped<CompleteWorkItemHandler>();
        services.AddScoped<BackDesk>().AddScoped<SendBackWorkItemHandler>().AddScoped<TakeBackWorkItemHandler>().AddScoped<TerminateCaseHandler>();
        services.AddSingleton<BackRehearsal>();
        services.AddSingleton<BulkDesk>();
        services.AddScoped<SubjectFinder>();
        services.AddPapers();
        services.AddScoped<StartSupervisionHandler>();
        services.AddScoped<StartWithdrawalHandler>();
        services.AddScoped<Hazards.ConfirmExposureHandler>();
        services.AddForms(GeneralForms.All);
        services.AddForms(SupervisionForms.All);
        services.AddForms(InspectionForms.All).AddForms(SpecialCheckForms.All).AddForms(RectificationForms.All).AddForms(PublicationForms.All);
        services.AddSingleton<StartDueTimers>();
        services.AddSingleton<StartDueRechecks>();
        services.AddScoped<UsableWorkflows>();
        services.AddScoped<DraftWorldReader>().AddScoped<StartCheckHandler>();
        services.AddScoped<PreviewMigrationHandler>().AddScoped<ProposeMigrationHandler>().AddScoped<DecideMigrationHandler>().AddScoped<WithdrawMigrationHandler>().AddScoped<MoveCase>().AddScoped<UndoMigrationHandler>();
        services.AddScoped<RetryIncidentHandler>().AddScoped<SkipIncidentHandler>().AddScoped<ReviseAndRetryIncidentHandler>();
        services.AddPlansAndCampaigns();
        services.AddForms(PlanForms.All);
        services.AddForms(CampaignForms.All);
        services.AddForms(DrawForms.All);
        services.AddForms(PenaltyForms.All);
        services.AddForms(HazardForms.All);
        services.AddForms(CreditForms.All);
        return services;
    }

    private static IServiceCollection AddForms(this IServiceCollection services, IReadOnlyList<Form> forms)
    {
        foreach (var form in forms) services.AddSingleton(form);
        return services;
    }

    /// <summary>The steps of the law that are not plain engine steps.</summary>
    private static ActivityCatalog AddInspection(this ActivityCatalog catalog)
    {
        catalog.Add(HumanTask.Descriptor, new HumanTask());
        catalog.AddHumanSteps();
        catalog.Add(NotifyStep.Descriptor, new NotifyStep());
        catalog.Add(CancelDeadlineStep.Descriptor, new CancelDeadlineStep());
        catalog.Add(OpenDeadlineStep.Descriptor, new OpenDeadlineStep());
        catalog.Add(MeetDeadlineStep.Descriptor, new MeetDeadlineStep());
        catalog.Add(IssueDocumentActivity.Descriptor, new IssueDocumentActivity());
        catalog.AddInspectionSteps();
        catalog.Add(DraftPublicationStep.Descriptor, new DraftPublicationStep());
        catalog.AddPlansAndCampaigns();
        catalog.Add(PenaltyProcedureStep.Descriptor, new PenaltyProcedureStep());
        catalog.Add(CreditEntryStep.Descriptor, new CreditEntryStep());
        return catalog;
    }
}
