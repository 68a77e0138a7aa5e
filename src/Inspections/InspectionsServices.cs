using DoubleRandom.Basics;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections;

public static class InspectionsServices
{
    /// <summary>The room's texts and handlers: a line for each subject.</summary>
    public static IServiceCollection AddInspections(this IServiceCollection services)
    {
        Texts.Register(typeof(InspectionsServices).Assembly);
        services.AddCalendars();
        services.AddDeadlines();
        services.AddScoped<Imports.ImportFileHandler>();
        services.AddScoped<Imports.ExportRegister>();
        services.AddScoped<Imports.RegisterAsOf>();
        services.AddScoped<Imports.RequestImportHandler>();
        services.AddScoped<Registers.EditEntryHandler>();
        services.AddScoped<Campaigns.PreNotice>();
        services.AddScoped<WorkingRules.ProposeWorkingRuleHandler>();
        services.AddScoped<WorkingRules.DecideWorkingRuleHandler>();
        services.AddScoped<Registers.TakeInCodesHandler>();
        services.AddScoped<Items.ReviewItemHandler>();
        services.AddScoped<Items.PublishItemHandler>();
        services.AddScoped<Registers.SavedViewHandler>();
        services.AddScoped<Registers.CompareOfficersHandler>();
        services.AddScoped<Registers.RecordVerificationHandler>();
        services.AddScoped<Registers.FileChangesHandler>();
        services.AddScoped<Imports.DecideImportHandler>();
        services.AddCampaigns();
        services.AddPlanning();
        services.AddDraws();
        services.AddCases();
        services.AddFollowUp();
        services.AddPenalties();
        services.AddHazards();
        services.AddCredit();
        services.AddArchives();
        services.AddSupervision();
        services.AddWorkItems();
        return services;
    }
}
