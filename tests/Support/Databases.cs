using System.Reflection;
using Xunit.Sdk;

namespace DoubleRandom.Tests.Support;

/// <summary>The two databases the product runs on, as the argument of a theory.</summary>
public static class Databases
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    public static TheoryData<string> Both => [Sqlite, Postgres];
}

/// <summary><c>[Theory, BothDatabases] public async Task Subject_Condition_Result(string database)</c>: the test runs once on each.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothDatabasesAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Databases.Sqlite], [Databases.Postgres]];
}
