/** Failures, and their bodies in the two dialects. */

export class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 415 | 422 | 500,
    cause: string,
    readonly detail?: { type?: string; message?: string; invalid?: unknown; oauth?: string },
  ) {
    super(cause);
  }
}

const MITHRIL: Record<number, [type: string, message?: string]> = {
  400: ['request_malformed', 'Malformed request. Probably, you have sent corrupted JSON.'],
  401: ['access_denied', 'Access denied'],
  403: ['forbidden', 'Forbidden'],
  404: ['not_found', 'not_found'],
  405: ['method_not_allowed'],
  415: ['content_type_invalid', 'Invalid Content-Type header. Try to set \'Content-Type: application/json\' header.'],
  422: [
    'validation_failed',
    'Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.',
  ],
  500: ['internal_error'],
};

export function mithrilError(refusal: Refusal) {
  const [type, message] = MITHRIL[refusal.status]!;
  return {
    type: refusal.detail?.type ?? type,
    message: refusal.detail?.message ?? (refusal.status === 403 ? refusal.message : message),
    invalid: refusal.detail?.invalid,
  };
}

const ENDPOINT: Record<number, [type: string, title: string, text: string]> = {
  400: ['/Errors/Bad Input', 'Bad Request', 'The value does not match the specified entity structure'],
  401: ['/Errors/Unauthorized', 'Unauthorized', 'The session Id or OAuth token used has expired or is invalid.'],
  403: ['/Errors/Permission', 'Bad Request', 'The user does not have access to execute operation'],
  404: ['/Errors/Not Found', 'Not Found', 'The requested resource does not exist'],
  405: ['/Errors/Method Not Allowed', 'Method Not Allowed', 'The method is not allowed for this resource'],
  500: [
    '/Errors/Internal Server Error',
    'Internal Server Error',
    "An internal server error is an error on the web server you're trying to access.",
  ],
};

export function endpointError(refusal: Refusal, instance: string, requestKey: string) {
  const [type, title, text] = ENDPOINT[refusal.status] ?? ENDPOINT[400]!;
  return {
    Errors: [refusal.detail?.message ?? text],
    Type: refusal.detail?.type ?? type,
    Title: title,
    StatusCode: refusal.status,
    Instance: instance,
    RequestKey: requestKey,
  };
}
