using k8s;
using k8s.Models;

namespace OrdersMcp.Tests.Deployment;

/// <summary><c>deploy/kubernetes</c>: objects that Kubernetes' own types accept, with the settings of the AppHost's model.</summary>
[Trait("Category", "Unit")]
public sealed class KubernetesTests
{
    private static readonly Dictionary<string, string[]> OnlyInKubernetes = new(StringComparer.Ordinal)
    {
        ["api"] =
        [
            "Authentication__AcceptedServiceKeys__0", "ConnectionStrings__ordersdb-migrations", "Database__Connections", "Database__MigrateAtStart",
            "Shutdown__DrainSeconds",
        ],
        ["mcp"] = ["Audit__Directory", "ConnectionStrings__limits", "Mcp__AcceptedSigningKeys__0", "Mcp__Sessions__Max", "Shutdown__DrainSeconds"],
    };

    private static readonly IReadOnlyList<object> Objects = [.. Resources().SelectMany(file => KubernetesYaml.LoadAllFromString(Text(file), strict: true))];

    private static IEnumerable<V1PodSpec> Pods =>
        Objects.OfType<V1Deployment>().Select(deployment => deployment.Spec.Template.Spec).Concat(Objects.OfType<V1Job>().Select(job => job.Spec.Template.Spec));

    [Fact]
    public void Objects_are_those_of_the_system()
    {
        Assert.Equal(["api", "mcp"], Objects.OfType<V1Deployment>().Select(each => each.Name()).Order(StringComparer.Ordinal));
        Assert.Equal(["database-access", "database-migrations"], Objects.OfType<V1Job>().Select(each => each.Name()).Order(StringComparer.Ordinal));
        Assert.Equal(["api", "mcp"], Objects.OfType<V1Service>().Select(each => each.Name()).Order(StringComparer.Ordinal));
        Assert.All(Objects.OfType<V1Service>(), service => Assert.Null(service.Spec.Type)); // only reachable in the cluster
        Assert.Equal(2, Objects.OfType<V1PodDisruptionBudget>().Count());
        Assert.Equal(2, Objects.OfType<V2HorizontalPodAutoscaler>().Count());
        Assert.Single(Objects.OfType<V1NetworkPolicy>());
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Services_have_the_settings_of_the_model(string service)
    {
        // An agent's key is optional; the manifests configure an issuer.
        var model = (await AppHostModel.SettingsAsync(service)).Keys.Where(name => !name.Contains("ApiKeys", StringComparison.Ordinal));
        var kubernetes = Container(service).Env.Select(variable => variable.Name).Where(AppHostModel.IsSetting);

        Assert.Equal(model.Concat(OnlyInKubernetes[service]).Order(StringComparer.Ordinal), kubernetes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Jobs_run_the_commands_of_the_api() => Assert.Equal(
        [("database-access", "grant-access", "ordersmcp/api"), ("database-migrations", "migrate", "ordersmcp/api")],
        Objects.OfType<V1Job>().Select(job => (
            job.Name(), Assert.Single(job.Spec.Template.Spec.Containers[0].Args), job.Spec.Template.Spec.Containers[0].Image)).Order());

    [Fact]
    public void Pods_meet_the_restricted_standard_on_a_read_only_root() => Assert.All(Pods, pod =>
    {
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        var container = Assert.Single(pod.Containers);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(container.Resources.Limits.ContainsKey("memory"));
        Assert.Contains(container.VolumeMounts, mount => mount.MountPath == "/tmp");
        Assert.All(container.Env.Where(IsSecret), variable => Assert.NotNull(variable.ValueFrom.SecretKeyRef));
    });

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public void Probes_are_let_in_by_the_host_filter_and_readiness_fails_before_the_listeners_close(string service)
    {
        var container = Container(service);

        Assert.Equal(("/alive", "/health", "/alive"), (
            container.StartupProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path));
        Assert.All([container.StartupProbe, container.ReadinessProbe, container.LivenessProbe], probe =>
        {
            var header = Assert.Single(probe.HttpGet.HttpHeaders);
            Assert.Equal(("Host", "localhost"), (header.Name, header.Value));
        });
        Assert.Contains("localhost", ValueOf("AllowedHosts").Split(';'));
        var drain = int.Parse(ValueOf("Shutdown__DrainSeconds"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(drain > container.ReadinessProbe.PeriodSeconds * container.ReadinessProbe.FailureThreshold);
        Assert.True(Deployment(service).Spec.Template.Spec.TerminationGracePeriodSeconds >= drain + 30);

        string ValueOf(string name) => container.Env.Single(variable => variable.Name == name).Value;
    }

    [Fact]
    public void Kustomization_names_every_file_and_every_secret_has_an_example()
    {
        var kustomization = Yaml.Read("deploy", "kubernetes", "kustomization.yaml");
        var folder = Path.Combine(AppContext.BaseDirectory, "deploy", "kubernetes");

        Assert.Equal(
            Directory.GetFiles(folder, "*.yaml").Select(file => Path.GetFileName(file)!).Where(name => name != "kustomization.yaml").Order(StringComparer.Ordinal),
            Resources().Order(StringComparer.Ordinal));
        var used = Pods.SelectMany(pod => pod.Containers[0].Env).Select(variable => variable.ValueFrom?.SecretKeyRef?.Key).OfType<string>().Distinct(StringComparer.Ordinal);
        Assert.Equal(used.Order(StringComparer.Ordinal), File.ReadAllLines(Path.Combine(folder, "secrets.env.example")).Select(line => line.TrimEnd('=')).Order(StringComparer.Ordinal));
        var settings = kustomization["configMapGenerator"]![0]!["literals"]!.AsArray().Select(literal => ((string)literal!).Split('=')[0]);
        Assert.Equal(
            Pods.SelectMany(pod => pod.Containers[0].Env).Select(variable => variable.ValueFrom?.ConfigMapKeyRef?.Key).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            settings.Order(StringComparer.Ordinal));
    }

    private static bool IsSecret(V1EnvVar variable) =>
        variable.Name.EndsWith("Key", StringComparison.Ordinal) || variable.Name.EndsWith("Keys__0", StringComparison.Ordinal)
        || variable.Name.EndsWith("Password", StringComparison.Ordinal) || variable.Name.EndsWith("_PASSWORD", StringComparison.Ordinal);

    private static V1Deployment Deployment(string name) => Objects.OfType<V1Deployment>().Single(deployment => deployment.Name() == name);

    private static V1Container Container(string name) => Deployment(name).Spec.Template.Spec.Containers.Single();

    private static IEnumerable<string> Resources() =>
        Yaml.Read("deploy", "kubernetes", "kustomization.yaml")["resources"]!.AsArray().Select(file => (string)file!);

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", "kubernetes", file));
}
