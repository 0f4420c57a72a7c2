// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func kafkas() *connect.Plugins {
	plugins := &connect.Plugins{}
	plugins.AddConfigProvider(FileClass, NewFile)
	plugins.AddConfigProvider(DirectoryClass, NewDirectory)
	plugins.AddConfigProvider(EnvClass, NewEnv)
	return plugins
}

func TestAProviderGetsItsParametersAndNoOthers(t *testing.T) {
	var got map[string]string
	v := holding(nil, 0)
	v.configure = func(params map[string]string) error {
		got = params
		return nil
	}
	plugins := &connect.Plugins{}
	plugins.AddConfigProvider("test.VaultConfigProvider", func() connect.ConfigProvider { return v })
	p, err := Open(t.Context(), map[string]string{
		Key: " v , v,", Key + ".v.class": "Vault", Key + ".v.param.url": "http://x", Key + ".v.param.a.b": "c", Key + ".v2.param.url": "y", "url": "z",
	}, plugins)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"url": "http://x", "a.b": "c"}, got)
	require.NoError(t, p.Close(t.Context()))
	require.Equal(t, 1, v.closed)
}

func TestAMistakeInTheDeclarationNamesItsKey(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for name, c := range map[string]struct {
		props map[string]string
		want  string
	}{
		"no class": {map[string]string{Key: "a"}, `Missing required configuration "config.providers.a.class" which has no default value.`},
		"an unknown class": {map[string]string{Key: "a", Key + ".a.class": "x.EnvVarConfigProvidr"},
			"Invalid value x.EnvVarConfigProvidr for configuration config.providers.a.class: Class x.EnvVarConfigProvidr could not be found. The nearest that is here is " + EnvClass + "."},
		"a path that is not absolute": {map[string]string{Key: "a", Key + ".a.class": "File", Key + ".a.param.allowed.paths": "etc"},
			"config.providers.a: Path etc is not absolute"},
		"a path that is not there": {map[string]string{Key: "a", Key + ".a.class": "Directory", Key + ".a.param.allowed.paths": missing},
			"config.providers.a: Path " + missing + " does not exist"},
		"a pattern that is none": {map[string]string{Key: "a", Key + ".a.class": "EnvVar", Key + ".a.param.allowlist.pattern": "("},
			"config.providers.a: Invalid value ( for configuration allowlist.pattern: not a regular expression: Unclosed group near index 1\n("},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), c.props, kafkas())
			require.EqualError(t, err, c.want)
			require.Equal(t, connect.BadConfig, connect.Classify(err))
		})
	}
}

func TestAllMistakesAreTold(t *testing.T) {
	err := Check(map[string]string{Key: "a,b,env", Key + ".b.class": "Nowhere", Key + ".env.class": EnvClass}, kafkas())
	require.ErrorContains(t, err, `"config.providers.a.class"`)
	require.ErrorContains(t, err, "config.providers.b.class")
	require.NoError(t, Check(map[string]string{}, kafkas()))
}

func TestWhatWasOpenedIsClosedWhenALaterOneRefuses(t *testing.T) {
	good, bad := holding(nil, 0), holding(nil, 0)
	bad.configure = func(map[string]string) error { return errors.New("no token") }
	plugins := &connect.Plugins{}
	plugins.AddConfigProvider("test.Good", func() connect.ConfigProvider { return good })
	plugins.AddConfigProvider("test.Bad", func() connect.ConfigProvider { return bad })
	_, err := Open(t.Context(), map[string]string{Key: "g,b", Key + ".g.class": "Good", Key + ".b.class": "Bad"}, plugins)
	require.EqualError(t, err, "config.providers.b: no token")
	require.Equal(t, 1, good.closed)
	require.Equal(t, 1, bad.closed)
}

func TestAProviderThatHangsAtItsStartIsNamed(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	v := holding(nil, 0)
	v.configure = func(map[string]string) error {
		<-stuck
		return nil
	}
	plugins := &connect.Plugins{}
	plugins.AddConfigProvider("test.Vault", func() connect.ConfigProvider { return v })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, map[string]string{Key: "v", Key + ".v.class": "Vault"}, plugins)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "config.providers.v: ")
}
