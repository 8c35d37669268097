import type { AddVerb } from '../verb.ts';
export const addVerifyVerb: AddVerb = () => undefined;
