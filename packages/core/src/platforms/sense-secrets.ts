import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Secrets in the config.xml of pfSense and OPNsense: keys and certificates' keys are base64. Netgate and OPNsense
 * documentation.
 */
export const senseSecrets: Platform['secrets'] = [
  {
    name: 'secret element',
    pattern:
      '<(?:password|passwd|passphrase|bcrypt-hash|sha512-hash|md5-hash|prv|crt_key|tls|sharedkey|shared_key|pre-shared-key|psk|secret|radius_secret|radiussecret|ldap_bindpw|rocommunity|rwcommunity|otp_seed|apikey|api_key|key|privkey|privatekey|presharedkey|authorizedkeys_secret|sharedsecret|auth_pass|smtppass|proxypass|http_proxy_password|ipsecpsk)>(?:<!\\[CDATA\\[)?(?<secret>[^<\\]\\n]+)',
  },
  pemPrivateKey,
]
