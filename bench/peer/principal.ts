/** Who calls, as the verified token says. */
export interface Principal {
  subject: string;
  clientId: string;
  clientType: string;
  connectionId: string | null;
  scopes: Set<string>;
  own: boolean;
  iat: number;
  exp: number;
}
