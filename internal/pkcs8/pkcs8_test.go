// SPDX-License-Identifier: Apache-2.0

package pkcs8

import (
	"crypto/x509"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// keys are one P-256 key, encrypted with the password "secret" by openssl pkcs8 -topk8 -outform DER and these options.
var keys = map[string]string{
	"-v2 aes-256-cbc":                       `MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiFYogjhFq+/wICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH6QNYL7631jLfL9rl5eyMgEgZBBr9ibQnI4D4gJnRR9bFWEOcCy1LKNccZofjK1kGWmOVRNOlSQ9D4OvyL6sajfqlQ9gGV/sCO1D/hKXHGUPzpRa6PSopiVCSkjlHvcoKFrQf6vd9IjW4w//5C5T+41fLvQVe/W0aQiv60ESGEfVkULus8nueaKURKGmnZ2zlCoPKMgq72sNzHzUnwSPSMCTTM=`,
	"-v2 aes-128-cbc -v2prf hmacWithSHA512": `MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi2VcNycOeQxQICCAAwDAYIKoZIhvcNAgsFADAdBglghkgBZQMEAQIEEMrNQBl7y13OWSBhi8snACoEgZBdB5gKyl/SKWmumq7gyprocdVnJp//W5rKVQzd22qOw4635oyhOxUeAm+iAhAycLIhxXvTuMh864Wxx74t64SN39oA55bz+RAPtNaejN+hXc7jmlziKHYB3+fcwGmygMrXmw3sQXdBPdQlGzLDKpGBFD9hIwhkSqeh3nh5T5E3PHwkADv/Wub10c9xlXazFcI=`,
	"-v2 des3 -v2prf hmacWithSHA1":          `MIHVMEAGCSqGSIb3DQEFDTAzMBsGCSqGSIb3DQEFDDAOBAgXFrgVs+d8QgICCAAwFAYIKoZIhvcNAwcECKWuHrtfImX9BIGQVozNBIG80wCvb4oMkamAvfdjx6SXB9GMjtt1Wo1XAXdohRi14MqgSjzYDZi9rsOop3E0kc8fG4NW7BmweGFzsKfuA4ll6QKe6yb3qwYBZJAK+SmaDFqeGPJR+QMC4trH36obsiDVIxZMm5z30zl6FFoMuEvQ7cWyYR6/9agmqQI6GsIGei1gVCJJsQgdPEWN`,
}

func TestKeysOfOpensslAreOpened(t *testing.T) {
	for options, text := range keys {
		t.Run(options, func(t *testing.T) {
			sealed, err := base64.StdEncoding.DecodeString(text)
			require.NoError(t, err)
			plain, err := Decrypt(sealed, "secret")
			require.NoError(t, err)
			_, err = x509.ParsePKCS8PrivateKey(plain)
			require.NoError(t, err)
			_, err = Decrypt(sealed, "other")
			require.ErrorIs(t, err, ErrPassword)
			for end := range sealed {
				_, err := Decrypt(sealed[:end], "secret")
				require.Error(t, err, "the first %d bytes", end)
			}
		})
	}
}

func TestOlderEncryptionsAreNamed(t *testing.T) {
	sealed, err := base64.StdEncoding.DecodeString(older)
	require.NoError(t, err)
	_, err = Decrypt(sealed, "secret")
	require.ErrorContains(t, err, "encrypt it with openssl pkcs8 -topk8 -v2 aes-256-cbc")
}

// older is such a key by the option -v1 PBE-SHA1-3DES.
const older = `MIGxMBwGCiqGSIb3DQEMAQMwDgQIGGn6ZluRZcwCAggABIGQhlNmoj9kLMOQw44iKATdDNs3TLubQvAxcCCNOkcRC6f5MrD6eKNRO0P9LkdbAYI0o5aMBQuf87o+0NcO7LVKCvlS76scMFXG4ZinZIqbhHNPghwkQtzuemgiTT36Ugb8bQryM2aC+HgWSDPvuv9+AujZkoxzQ1aKTLix6AdKVhnJAP1RA/VitvGDFXTk3IBY`
