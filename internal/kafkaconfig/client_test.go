// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadsTheTLSOfAClientByItsPrefix(t *testing.T) {
	cfg, warnings, errs := ClientTLS(map[string]string{
		"schema.registry.ssl.endpoint.identification.algorithm": "", "schema.registry.url": "http://x", "ssl.truststore.location": "/none",
	}, "schema.registry.")
	require.Empty(t, errs)
	assert.Empty(t, warnings)
	assert.NotNil(t, cfg.VerifyConnection, "the host's name is not checked")

	_, _, errs = ClientTLS(map[string]string{"schema.registry.ssl.truststore.location": "/none"}, "schema.registry.")
	require.Len(t, errs, 1)
	assert.ErrorContains(t, errs[0], "Invalid value /none for configuration schema.registry.ssl.truststore.location: cannot read it")
}

func TestReadsTheLoginOfAJAASText(t *testing.T) {
	user, password, err := Login(`x.PlainLoginModule required username="ann" password="p w";`)
	require.NoError(t, err)
	assert.Equal(t, []string{"ann", "p w"}, []string{user, password})
	_, _, err = Login(`x.PlainLoginModule required password="secret`)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "secret")
}
