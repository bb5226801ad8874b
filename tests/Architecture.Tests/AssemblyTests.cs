using System.Reflection;
using System.Runtime.CompilerServices;

namespace Thrum.Architecture.Tests;

/// <summary>Rules on the types of the built assemblies.</summary>
public sealed class AssemblyTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Ids of log messages: a thousand for each project.</summary>
    private static readonly Dictionary<string, int> FirstEventId = new()
    {
        ["Spectral"] = 0,
        ["Ingest"] = 1000,
        ["Detector"] = 2000,
        ["Sink"] = 3000,
        ["Gateway"] = 4000,
        ["Training"] = 5000,
    };

    public static TheoryData<string> Projects => [.. SourceTree.OurProjects];

    [Fact]
    public void OnnxRuntime_Assembly_IsNotEmpty()
    {
        var assembly = Assembly.Load("Microsoft.ML.OnnxRuntime");

        Assert.NotNull(assembly.GetType("Microsoft.ML.OnnxRuntime.InferenceSession"));
        Assert.True(assembly.GetExportedTypes().Length > 50, $"{assembly.GetExportedTypes().Length} public types");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void EventIds_AreUniqueAndInTheRangeOfTheirProject(string project)
    {
        (string Name, int Id)[] ids = [.. OurTypes(project).Where(type => type.Name == "EventIds")
            .SelectMany(type => type.GetFields(Declared)).Where(field => field.IsLiteral)
            .Select(field => (field.Name, (int)field.GetRawConstantValue()!))];

        Assert.DoesNotContain(ids, id => id.Id < FirstEventId[project] || id.Id >= FirstEventId[project] + 1000);
        Assert.Empty(ids.GroupBy(id => id.Id).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void LogMessages_EachHaveTheirOwnEventId(string project)
    {
        (string Method, int Id)[] messages = [.. OurTypes(project).SelectMany(type => type.GetMethods(Declared))
            .Select(method => (method, method.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == "LoggerMessageAttribute")))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => ($"{pair.method.DeclaringType!.Name}.{pair.method.Name}", EventIdOf(pair.Item2!)))];

        Assert.DoesNotContain(messages, message => message.Id < FirstEventId[project] || message.Id >= FirstEventId[project] + 1000);
        Assert.Empty(messages.GroupBy(message => message.Id).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Types_HaveNoMutableFieldsForOthers(string project)
    {
        string[] strays = [.. OurTypes(project).Where(type => !type.IsNestedPrivate).SelectMany(type => type.GetFields(Declared))
            .Where(field => field is { IsPublic: true, IsInitOnly: false, IsLiteral: false } && !field.DeclaringType!.IsEnum)
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}")];

        Assert.Empty(strays);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Options_AreSealedRecords(string project)
    {
        string[] strays = [.. OurTypes(project)
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && !(type.IsSealed && type.GetMethod("PrintMembers", Declared) is not null))
            .Select(type => type.FullName!)];

        Assert.Empty(strays);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Classes_ThatNothingDerivesFrom_AreSealed(string project)
    {
        Type[] types = [.. OurTypes(project)];
        string[] strays = [.. types
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !types.Any(other => Generic(other.BaseType) == type))
            .Select(type => type.FullName!)];

        Assert.Empty(strays);

        static Type? Generic(Type? type) => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type;
    }

    private static int EventIdOf(CustomAttributeData data) => data.ConstructorArguments.Count > 0 && data.ConstructorArguments[0].Value is int first
        ? first
        : (int)(data.NamedArguments.FirstOrDefault(argument => argument.MemberName == "EventId").TypedValue.Value ?? -1);

    private static IEnumerable<Type> OurTypes(string project) =>
        Assembly.Load(project == "Gateway" ? "thrum" : $"Thrum.{project}").GetTypes().Where(type =>
            type.FullName!.StartsWith("Thrum.", StringComparison.Ordinal) && !type.FullName.Contains('<') && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            && !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false));
}
