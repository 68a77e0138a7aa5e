using DoubleRandom.Workflows.Definitions;

namespace DoubleRandom.Host.Simulation;

internal enum EntryKind { Task, Deadline, Document, Alert, Publication, Notice, Incident, Stuck }

/// <summary>One thing that would come.</summary>
/// <param name="Who">Role, person or reader.</param>
/// <param name="DueOn">The last day; inclusive.</param>
/// <param name="Why">How the last day was counted, with its source.</param>
/// <param name="Result">How it ended in the trial.</param>
/// <param name="Document">Place in <see cref="SimulationReport.Documents"/>.</param>
internal sealed record SimulationEntry(
    DateTime At, DateOnly On, EntryKind Kind, string Title, string? Who = null, string? Detail = null, DateOnly? DueOn = null, string? Why = null, string? Result = null,
    string? Flow = null, int? Document = null);

internal sealed record SimulatedDocument(string Title, string? Number, string Html);

/// <summary>Why the trial ended.</summary>
internal enum SimulationEnd { Finished, Waiting, Stuck, TooManySteps, TooLong, Slow }

/// <param name="Tasks">Steps of people that were done.</param>
/// <param name="Mails">Mails that would go out; none did.</param>
/// <param name="Waits">What stands open at the end, in words.</param>
/// <param name="Drawing">The version under trial with where the sample case went; empty where it was not reached.</param>
internal sealed record SimulationReport(
    SimulationRequest Request, string Name, DateOnly From, DateOnly To, SimulationEnd End, int Tasks, int Mails, bool Reached, IReadOnlyList<SimulationEntry> Entries,
    IReadOnlyList<SimulatedDocument> Documents, IReadOnlyList<string> Waits, IReadOnlyList<LintFinding> Findings, string Drawing, bool Cut);
