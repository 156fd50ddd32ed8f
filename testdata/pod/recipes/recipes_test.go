// Package recipes checks the manifests that coatcheck prints against the types
// that their readers are built from. It is a module of its own, so that nothing
// of Kubernetes or Compose is ever linked in.
package recipes

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

const recipes = "../../../cmd/coatcheck/recipes"

// readDeployment decodes the Kubernetes recipe strictly: a field that the API
// does not know is an error, and so is a value of the wrong type.
func readDeployment(t *testing.T) (map[string]corev1.ConfigMap, *appsv1.Deployment) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recipes, "kubernetes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	configs := map[string]corev1.ConfigMap{}
	deployment := &appsv1.Deployment{}
	docs := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(text)))
	defer docs.Close()
	for {
		doc := make([]byte, len(text))
		n, err := docs.Read(doc)
		if errors.Is(err, io.EOF) {
			return configs, deployment
		}
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ APIVersion, Kind string }
		if err := strict.Unmarshal(doc[:n], &head); err != nil {
			t.Fatal(err)
		}
		switch head.APIVersion + "/" + head.Kind {
		case "v1/ConfigMap":
			var config corev1.ConfigMap
			err = strict.UnmarshalStrict(doc[:n], &config)
			configs[config.Name] = config
		case "apps/v1/Deployment":
			err = strict.UnmarshalStrict(doc[:n], deployment)
		default:
			t.Fatalf("a document of kind %s %s", head.APIVersion, head.Kind)
		}
		if err != nil {
			t.Fatalf("%s: %v", head.Kind, err)
		}
	}
}

func TestKubernetes(t *testing.T) {
	configs, deployment := readDeployment(t)
	spec := deployment.Spec.Template.Spec
	if len(spec.InitContainers) != 1 || len(spec.Containers) != 1 {
		t.Fatalf("%d init containers, %d containers", len(spec.InitContainers), len(spec.Containers))
	}
	sidecar, app := spec.InitContainers[0], spec.Containers[0]
	checkSidecar(t, sidecar)

	volumes := map[string]bool{}
	for _, v := range spec.Volumes {
		volumes[v.Name] = true
		if v.ConfigMap == nil {
			continue
		}
		if _, ok := configs[v.ConfigMap.Name]; !ok {
			t.Errorf("volume %s mounts ConfigMap %s, which is not there", v.Name, v.ConfigMap.Name)
		}
	}
	for _, m := range append(sidecar.VolumeMounts, app.VolumeMounts...) {
		if !volumes[m.Name] {
			t.Errorf("no volume %s", m.Name)
		}
	}
	if len(app.VolumeMounts) != 1 || app.VolumeMounts[0].Name != "coatcheck-shared" || !app.VolumeMounts[0].ReadOnly {
		t.Errorf("the app mounts %v; it may read the certificates and nothing else", app.VolumeMounts)
	}
	for name, value := range deployment.Spec.Selector.MatchLabels {
		if deployment.Spec.Template.Labels[name] != value {
			t.Errorf("the selector's %s=%s is not on the pods", name, value)
		}
	}
	for _, e := range sidecar.Env {
		if file, ok := bytes.CutPrefix([]byte(e.Value), []byte("/etc/coatcheck/")); ok && configs["coatcheck"].Data[string(file)] == "" {
			t.Errorf("%s names %s, which the ConfigMap lacks", e.Name, e.Value)
		}
	}
}

func checkSidecar(t *testing.T, c corev1.Container) {
	t.Helper()
	if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
		t.Error("not a native sidecar: restartPolicy is not Always")
	}
	if c.StartupProbe == nil || c.ReadinessProbe == nil || c.LivenessProbe == nil {
		t.Error("a probe is missing")
	}
	if c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
		t.Error("memory is not requested or not limited")
	}
	s := c.SecurityContext
	yes := func(b *bool) bool { return b != nil && *b }
	if s == nil || !yes(s.RunAsNonRoot) || !yes(s.ReadOnlyRootFilesystem) || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
		s.Capabilities == nil || len(s.Capabilities.Drop) != 1 || s.Capabilities.Drop[0] != "ALL" ||
		s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("the security context is too wide: %v", s)
	}
}

// TestCompose loads the recipe as Compose does, schema and references included.
func TestCompose(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(recipes, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  t.TempDir(),
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: text}},
	}, func(o *loader.Options) { o.SetProjectName("app", true) })
	if err != nil {
		t.Fatal(err)
	}
	sidecar, app := project.Services["coatcheck"], project.Services["app"]
	if !sidecar.ReadOnly || sidecar.User != "65532:65532" || sidecar.HealthCheck == nil || len(sidecar.CapDrop) != 1 {
		t.Errorf("the sidecar is not confined: %+v", sidecar)
	}
	if app.NetworkMode != "service:coatcheck" || app.DependsOn["coatcheck"].Condition != types.ServiceConditionHealthy {
		t.Errorf("the app does not wait for the sidecar, or is not on its loopback")
	}
	if len(app.Volumes) != 1 || app.Volumes[0].Source != "shared" || !app.Volumes[0].ReadOnly {
		t.Errorf("the app mounts %v; it may read the certificates and nothing else", app.Volumes)
	}
}
