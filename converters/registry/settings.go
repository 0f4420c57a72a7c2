// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// settings are the parsed configuration of one converter.
type settings struct {
	urls                        []endpoint
	randomize                   bool
	normalize, autoRegister     bool
	useID                       int
	useLatest                   bool
	idStrict, latestStrict      bool
	metadata                    url.Values
	strategy                    string
	cacheSize, latestSize       int
	latestTTL                   time.Duration
	connectTimeout, readTimeout time.Duration
	retries                     int
	firstWait, longestWait      time.Duration
}

// endpoint is one URL of the registry without the credentials that were in it.
type endpoint struct {
	url  string
	user *url.Userinfo
}

func readSettings(v connect.ConfigValues, isKey bool) (settings, error) {
	s := settings{
		randomize: v.Bool(urlRandomizeKey), normalize: v.Bool(normalizeKey), autoRegister: v.Bool(autoRegisterKey), useID: v.Int(useIDKey),
		useLatest: v.Bool(useLatestKey), idStrict: v.Bool(idStrictKey), latestStrict: v.Bool(latestStrictKey),
		cacheSize: max(v.Int(maxSchemasKey), 1), latestSize: max(v.Int(latestSizeKey), 1), latestTTL: time.Duration(v.Int(latestTTLKey)) * time.Second,
		connectTimeout: millis(v.Int(connectTimeoutKey)), readTimeout: millis(v.Int(readTimeoutKey)),
		retries: v.Int(retriesKey), firstWait: millis(v.Int(retryWaitKey)), longestWait: millis(v.Int(retryMaxWaitKey)),
	}
	var errs []error
	var err error
	if s.urls, err = endpoints(v.List(urlKey)); err != nil {
		errs = append(errs, err)
	}
	key := valueStrategyKey
	if isKey {
		key = keyStrategyKey
	}
	if s.strategy, err = strategyOf(key, v.String(key)); err != nil {
		errs = append(errs, err)
	}
	if s.metadata, err = readMetadata(v.String(latestMetadataKey)); err != nil {
		errs = append(errs, err)
	}
	return s, errors.Join(errs...)
}

func millis(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func endpoints(texts []string) ([]endpoint, error) {
	var out []endpoint
	for _, text := range texts {
		if text == "" {
			continue
		}
		e, reason := readEndpoint(text)
		if reason != "" {
			return nil, &connect.ConfigError{Key: urlKey, Value: e.url, Reason: reason}
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, &connect.ConfigError{Key: urlKey, Value: []string{}, Reason: "at least one URL is needed"}
	}
	return out, nil
}

// readEndpoint never returns what stands before an @: it may be a password even where the text is no URL.
func readEndpoint(text string) (endpoint, string) {
	hidden := endpoint{url: text}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		hidden.url = "[hidden]@" + text[i+1:]
	}
	if strings.HasPrefix(text, "mock:") {
		return hidden, "registries inside the process (mock:) are not supported"
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return hidden, "expected a URL such as http://localhost:8081"
	}
	e := endpoint{user: u.User}
	u.User = nil
	e.url = strings.TrimSuffix(u.String(), "/")
	return e, ""
}

// readMetadata reads key=value pairs into the form in which the registry is asked for them.
func readMetadata(text string) (url.Values, error) {
	if text == "" {
		return nil, nil
	}
	out := url.Values{"deleted": {"true"}}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(key) == "" {
			return nil, &connect.ConfigError{Key: latestMetadataKey, Value: text, Reason: "expected pairs such as application.version=v1"}
		}
		out.Add("key", strings.TrimSpace(key))
		out.Add("value", strings.TrimSpace(value))
	}
	return out, nil
}

var urlsValidator = connect.ValidatorFunc(func(_ string, value any) error {
	texts, ok := value.([]string)
	if !ok {
		return nil // that it is missing has been said
	}
	_, err := endpoints(texts)
	return err
})

var strategyValidator = connect.ValidatorFunc(func(name string, value any) error {
	class, _ := value.(string)
	_, err := strategyOf(name, class)
	return err
})
